// The session of whoever visits. One that is over begins anew in a dialog, in front of the
// page as it is: nothing that was typed or chosen there is lost. Other scripts use it as
// `session`.
const session = (() => {
  "use strict";

  const meta = document.querySelector("meta[name=csrf-token]");
  const template = document.getElementById("session");
  let asking = null;
  let isLeft = false;

  // Takes over the session of a page that came. False where it has none; a page of somebody
  // else has no place beside this one, which comes anew.
  async function takeOver(answer) {
    const came = new DOMParser().parseFromString(await answer.text(), "text/html");
    const who = came.body.dataset.who;

    if (!who) return { isSignedIn: false, text: came.querySelector(".problem")?.textContent || "" };

    if (who !== document.body.dataset.who) {
      location.reload();
      return new Promise(() => {});
    }

    meta.content = came.querySelector("meta[name=csrf-token]").content;

    return { isSignedIn: true, text: "" };
  }

  // The session as it is now: it may have begun anew in another tab.
  const lookAgain = async () => takeOver(await fetch("/ui/settings", { headers: { Accept: "text/html" } }));

  // Asks whoever was signed in to sign in again; false where they leave it.
  function asked() {
    const dialog = template.content.firstElementChild.cloneNode(true);
    const form = dialog.querySelector("form");
    const problem = dialog.querySelector("[data-problem]");
    const secret = form.querySelector("input[type=password]");
    const say = (text) => (problem.replaceChildren(text), (problem.hidden = !text));

    return new Promise((done) => {
      const end = (isSignedIn) => {
        dialog.remove();
        isLeft = !isSignedIn;
        done(isSignedIn);
      };
      const tried = async (request, otherwise) => {
        say("");

        try {
          const { isSignedIn, text } = await takeOver(await request());
          if (isSignedIn) end(true);
          else say(text || otherwise);
        } catch {
          say("The service does not answer; is it running?");
        }
      };

      form.addEventListener("submit", (event) => {
        event.preventDefault();
        tried(() => fetch("/ui/sign-in", { method: "POST", body: new URLSearchParams(new FormData(form)) }), "That did not work.");
      });
      dialog.querySelector("[data-elsewhere]").addEventListener("click", () => {
        tried(() => fetch("/ui/settings", { headers: { Accept: "text/html" } }), "Nobody is signed in here yet.");
      });
      dialog.addEventListener("cancel", () => end(false));
      dialog.querySelector("[data-leave]").addEventListener("click", () => end(false));
      document.body.append(dialog);
      dialog.showModal();
      secret.focus();
    });
  }

  // Begins the session anew; all who need it at once wait for the same answer.
  function again() {
    asking ??= asked().finally(() => (asking = null));

    return asking;
  }

  // Asks the service for something within the session, and once more where that is over or
  // has begun anew in another tab.
  async function reach(path, options = {}, isFirst = true) {
    const isChange = !["GET", undefined].includes(options.method);
    const headers = { ...options.headers, ...(isChange ? { "X-CSRF-Token": meta.content } : {}) };
    const answer = await fetch(path, { ...options, headers });

    if (!isFirst || !template) return answer;

    const isForged = async () => answer.status === 403 && (await answer.clone().json().catch(() => ({}))).code === "csrf";
    const isBack = answer.status === 401 ? await again() : (await isForged()) && (await lookAgain()).isSignedIn;

    return isBack ? reach(path, options, false) : answer;
  }

  // A part of a page that is asked for by itself waits for the session, too.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!template || event.detail.xhr.status !== 401) return;
    event.preventDefault();
    if (!isLeft) again();
  });

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF-Token"] = meta.content;
  });

  // A form is sent once, and within a session.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const token = form.elements.csrf;

    if (!template || !token || form.getAttribute("action") === "/ui/sign-out") return;

    event.preventDefault();
    const buttons = [...form.querySelectorAll("button[type=submit]")];
    for (const button of buttons) button.disabled = true;

    try {
      if ((await lookAgain()).isSignedIn || (await again())) {
        token.value = meta.content;
        form.submit();
        return;
      }
    } catch {
      lw.notify("The service does not answer; is it running?", "bad");
    }

    for (const button of buttons) button.disabled = false;
  });

  // Who comes back to a page can send its forms again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of document.querySelectorAll("form[method=post] button[type=submit]")) button.disabled = false;
  });

  // Who loads a page again that a form has led to does not send the form again.
  if (document.getElementById("made")) history.replaceState(null, "", location.pathname);

  return { reach };
})();
