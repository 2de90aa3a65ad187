// The Node program forgets a timer of five seconds, which keeps every command alive although it is done. This lets a
// process end when nothing but timers is left; nothing of the program itself is changed.
const { setTimeout: started } = globalThis;
globalThis.setTimeout = (...rest) => started(...rest).unref();
