// Passkeys: asks the browser for one or lets it make one, and hands its answer to the form it belongs to. Nothing is decided here.
(function () {
  "use strict";
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    var found = new Uint8Array(plain.length);
    for (var index = 0; index < plain.length; index++) found[index] = plain.charCodeAt(index);
    return found;
  }
  function text(buffer) {
    var found = "";
    new Uint8Array(buffer).forEach(function (byte) { found += String.fromCharCode(byte); });
    return btoa(found).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function readied(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    ["excludeCredentials", "allowCredentials"].forEach(function (list) {
      (options[list] || []).forEach(function (key) { key.id = bytes(key.id); });
    });
    return options;
  }
  function told(key) {
    var response = { clientDataJSON: text(key.response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (key.response[part]) response[part] = text(key.response[part]);
    });
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response: response });
  }
  function send(form, key) {
    form.querySelector("[name=answer]").value = told(key);
    form.submit();
  }
  function failed(form) {
    form.querySelector("[data-passkey-failed]").hidden = false;
  }
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      form.querySelector("[data-passkey-failed]").hidden = true;
      if (form.dataset.passkey === "add") {
        var options = readied(JSON.parse(form.dataset.options));
        navigator.credentials.create({ publicKey: options }).then(function (key) { send(form, key); }, function () { failed(form); });
        return;
      }
      fetch(form.dataset.ask, { method: "POST", headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value } })
        .then(function (answer) { return answer.json(); })
        .then(function (asked) { return navigator.credentials.get({ publicKey: readied(asked) }); })
        .then(function (key) { send(form, key); }, function () { failed(form); });
    });
  });
})();
