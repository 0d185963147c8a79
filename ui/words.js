// Before every script: a sentence comes from the server in the language of the page, and has names
// for what is put in, as "Citation %(n)s of %(total)s". It is only ever shown as text.
const put = (sentence, places = {}) =>
  sentence.replace(/%(?:%|\((\w+)\)s)/g, (sign, name) => (name ? places[name] ?? sign : "%"));
