// What pages can do with JavaScript, beyond what they do without it.
"use strict";
