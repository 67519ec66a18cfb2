// Sends the chosen files in pieces, with progress; a broken connection goes on where it broke off.
// Without this script the form sends one file at once.
const PIECE = 4 * 1024 * 1024;
const TRIES = 6;

const form = document.querySelector("form[data-upload]");
const field = form?.querySelector("input[type=file]");
const list = document.querySelector("[data-progress]");

function wait(seconds) {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}

async function ask(address, options) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token, ...options.headers };
  const answer = await fetch(address, { ...options, headers, credentials: "same-origin" });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.detail), { status: answer.status });
  return told;
}

async function patiently(act) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await act();
    } catch (error) {
      if (error.status || tried === TRIES) throw error;
      await wait(2 ** tried / 2);
    }
  }
}

function row(file) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  name.textContent = file.name;
  bar.max = file.size || 1;
  bar.setAttribute("aria-label", file.name);
  item.append(name, bar);
  list.append(item);
  return { item, bar };
}

async function send(file) {
  const { item, bar } = row(file);
  try {
    const about = { name: file.name, size: file.size, type: file.type, folder: form.elements.folder.value };
    const begun = await patiently(() =>
      ask(form.dataset.upload, { method: "POST", body: JSON.stringify(about), headers: { "Content-Type": "application/json" } }));
    const address = `${form.dataset.upload}${begun.id}/`;
    let arrived = begun.arrived;
    while (arrived < file.size) {
      const piece = file.slice(arrived, arrived + PIECE);
      const told = await patiently(async () => {
        try {
          return await ask(address, { method: "PATCH", body: piece, headers: { "Upload-Offset": String(arrived), "Content-Type": "application/octet-stream" } });
        } catch (error) {
          if (error.status !== 409) throw error;
          // The piece may have arrived although its answer did not.
          const there = await ask(address, { method: "GET" });
          if (there.arrived === arrived) throw error;
          return there;
        }
      });
      arrived = told.arrived;
      bar.value = arrived;
    }
    await patiently(() => ask(`${address}finish/`, { method: "POST" }));
    bar.value = bar.max;
    return true;
  } catch (error) {
    const said = document.createElement("strong");
    said.textContent = error.message;
    item.append(said);
    item.setAttribute("role", "alert");
    return false;
  }
}

if (form && field && list) {
  field.multiple = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const files = [...field.files];
    let all = files.length > 0;
    for (const file of files) all = (await send(file)) && all;
    if (all) window.location.reload();
  });
}
