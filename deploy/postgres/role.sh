#!/bin/sh
# Makes the role of the service, which sees one tenant's rows at a time, and its database.
set -eu
password=$(cat /run/secrets/service_password)
psql --set ON_ERROR_STOP=1 --set password="$password" --username postgres <<'SQL'
create role lotwright login nosuperuser nobypassrls nocreatedb nocreaterole
  password :'password';
create database lotwright owner lotwright;
SQL
