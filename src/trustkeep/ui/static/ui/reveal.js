// Lets people see the password that they type. Without a script the field stays as it is.
for (const field of document.querySelectorAll("[data-reveal] input[type=password]")) {
  const told = field.closest("[data-reveal]").dataset;
  const button = document.createElement("button");
  const word = () => (field.type === "password" ? told.reveal : told.conceal);
  button.type = "button";
  button.className = "quiet reveal";
  button.textContent = word();
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    button.textContent = word();
    field.focus();
  });
  field.after(button);
}
