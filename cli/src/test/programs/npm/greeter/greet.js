#!/usr/bin/env node
console.log(require('.')(process.argv[2]));
