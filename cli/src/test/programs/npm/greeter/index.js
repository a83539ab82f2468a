const { greeting } = require('words');
module.exports = (name) => `${greeting}, ${name}!`;
