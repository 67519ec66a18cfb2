// Asks the device for a passkey and puts its answer into the form, which is then sent as any form.
// Nothing else of the product needs a script; without one the button simply stays hidden.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

function toOptions(told) {
  const options = { ...told, challenge: toBytes(told.challenge) };
  if (told.user) options.user = { ...told.user, id: toBytes(told.user.id) };
  if (told.allowCredentials) options.allowCredentials = named(told.allowCredentials);
  if (told.excludeCredentials) options.excludeCredentials = named(told.excludeCredentials);
  return options;
}

function toAnswer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  const id = toText(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response });
}

async function answer(form, button) {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  button.disabled = true;
  try {
    const token = new FormData();
    token.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const asked = await fetch(form.dataset.question, { method: "POST", body: token });
    if (!asked.ok) throw new Error(asked.status);
    const publicKey = toOptions(await asked.json());
    const credential = form.dataset.passkey === "make"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.querySelector("[data-passkey-answer]").value = toAnswer(credential);
    form.submit();
  } catch {
    failed.hidden = false;
    button.disabled = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-passkey-ask]");
    const shown = form.querySelectorAll("[data-with-script]");
    button.addEventListener("click", () => answer(form, button));
    shown.forEach((one) => { one.hidden = false; });
  }
}
