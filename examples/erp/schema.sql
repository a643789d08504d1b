-- The database of a small ERP system, for SQLite and PostgreSQL alike.

create table company (
    co_code char(4) primary key,
    co_name varchar(60) not null,
    currency char(3) not null,
    time_zone varchar(40) not null,
    plan_date date not null
);

create table work_calendar (
    cal_code char(2) primary key,
    cal_text varchar(60) not null
);

create table calendar_exception (
    cal_code char(2) not null references work_calendar,
    cal_date date not null,
    workday smallint not null,
    primary key (cal_code, cal_date)
);

create table plant (
    plant_no char(4) primary key,
    plant_name varchar(60) not null,
    plant_cat char(1) not null,        -- P production, D distribution
    cal_code char(2) not null references work_calendar
);

create table item_master (
    item_no varchar(18) primary key,
    descr varchar(60) not null,
    item_type char(4) not null,        -- FERT finished, HALB made, ROH bought, VERP packing
    base_uom char(3) not null,         -- ST pieces, M metres, KG kilograms
    product_group varchar(9),
    planner_code char(3),
    item_status char(2) not null,      -- 00 active, 10 being phased out, 90 obsolete
    std_cost numeric(13, 4),
    list_price numeric(13, 2),
    net_weight_g numeric(13, 3),
    changed_on date
);

create table item_uom (
    item_no varchar(18) not null references item_master,
    alt_uom char(3) not null,
    numerator integer not null,
    denominator integer not null,
    primary key (item_no, alt_uom)
);

create table item_plant (
    item_no varchar(18) not null references item_master,
    plant_no char(4) not null references plant,
    proc_type char(1) not null,        -- E made here, F bought, U from another plant
    from_plant char(4) references plant,
    lead_days numeric(5, 1) not null,
    lot_rule char(2) not null,         -- EX lot for lot, FX fixed, WB weekly
    min_lot numeric(13, 3),
    max_lot numeric(13, 3),
    rounding numeric(13, 3),
    fixed_lot numeric(13, 3),
    safety_stock numeric(13, 3),
    primary key (item_no, plant_no)
);

create table vendor (
    vendor_no char(10) primary key,
    name1 varchar(60) not null,
    blocked char(1)
);

create table vendor_item (
    info_no char(10) primary key,
    item_no varchar(18) not null references item_master,
    plant_no char(4) not null references plant,
    vendor_no char(10) not null references vendor,
    plan_days integer not null,
    min_qty numeric(13, 3),
    net_price numeric(13, 2) not null,
    price_unit integer not null,       -- the price is for so many
    preferred char(1)
);

create table bom_head (
    bom_no char(8) not null,
    bom_alt char(2) not null,
    item_no varchar(18) not null references item_master,
    plant_no char(4) not null references plant,
    bom_status char(1) not null,       -- 1 released, 2 in work
    base_qty numeric(13, 3) not null,
    valid_from char(8) not null,       -- YYYYMMDD
    valid_to char(8) not null,         -- last day, 99991231 without end
    primary key (bom_no, bom_alt)
);

create table bom_item (
    bom_no char(8) not null,
    bom_alt char(2) not null,
    pos char(4) not null,
    comp_no varchar(18) not null references item_master,
    qty numeric(13, 3) not null,
    scrap_pct numeric(5, 2),
    primary key (bom_no, bom_alt, pos)
);

create table work_centre (
    wc_no char(8) primary key,
    plant_no char(4) not null references plant,
    wc_text varchar(60) not null,
    machines integer not null,
    hours_day numeric(5, 2) not null,
    efficiency_pct numeric(5, 1) not null,
    rate_h numeric(9, 2) not null
);

create table route_head (
    route_no char(8) primary key,
    item_no varchar(18) not null references item_master,
    plant_no char(4) not null references plant,
    route_status char(1) not null      -- 1 released, 2 in work
);

create table route_op (
    route_no char(8) not null references route_head,
    op_no integer not null,
    wc_no char(8) not null references work_centre,
    setup_min numeric(9, 2),
    run_min numeric(9, 3) not null,
    base_qty numeric(13, 3) not null,  -- the run time is for so many
    primary key (route_no, op_no)
);

create table stock (
    item_no varchar(18) not null references item_master,
    plant_no char(4) not null references plant,
    sloc char(4) not null,
    batch varchar(10),
    stock_type char(1) not null,       -- F free, Q in quality inspection, S blocked
    qty numeric(13, 3) not null
);

create table customer (
    cust_no char(10) primary key,
    name1 varchar(60) not null,
    cust_class char(1) not null        -- A, B, C
);

create table sales_order (
    so_no char(10) primary key,
    cust_no char(10) not null references customer,
    order_date date not null
);

create table sales_line (
    so_no char(10) not null references sales_order,
    line_no integer not null,
    item_no varchar(18) not null references item_master,
    plant_no char(4) not null references plant,
    qty numeric(13, 3) not null,
    shipped numeric(13, 3) not null,
    req_date date not null,
    reject_code char(2),
    primary key (so_no, line_no)
);

create table sales_forecast (
    item_no varchar(18) not null references item_master,
    plant_no char(4) not null references plant,
    fc_month char(6) not null,         -- YYYYMM
    fc_version char(2) not null,       -- 00 is the one that counts
    qty numeric(13, 3) not null,
    primary key (item_no, plant_no, fc_month, fc_version)
);

create table purchase_order (
    po_no char(10) primary key,
    vendor_no char(10) not null references vendor,
    po_date date not null
);

create table purchase_line (
    po_no char(10) not null references purchase_order,
    line_no integer not null,
    item_no varchar(18) not null references item_master,
    plant_no char(4) not null references plant,
    qty numeric(13, 3) not null,
    received numeric(13, 3) not null,
    uom char(3) not null,
    due_date date not null,
    confirmed_date date,
    deleted char(1),
    primary key (po_no, line_no)
);

create table production_order (
    mo_no char(12) primary key,
    item_no varchar(18) not null references item_master,
    plant_no char(4) not null references plant,
    route_no char(8) references route_head,
    qty numeric(13, 3) not null,
    delivered numeric(13, 3) not null,
    scrapped numeric(13, 3),
    start_date date not null,
    due_date date not null,
    mo_status char(2) not null         -- PL planned, FR firm, RL released, TE finished
);

create table production_component (
    mo_no char(12) not null references production_order,
    pos char(4) not null,
    item_no varchar(18) not null references item_master,
    qty_required numeric(13, 3) not null,
    qty_issued numeric(13, 3) not null,
    need_date date not null,
    primary key (mo_no, pos)
);
