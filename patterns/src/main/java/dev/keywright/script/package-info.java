/**
 * Lua in Redis. {@link dev.keywright.script.CheckedScript} runs scripts of one's own, {@link dev.keywright.script.FunctionLibrary}
 * functions that live in the server; both check a call against the header of the text before it is sent. {@link
 * dev.keywright.script.Script} runs a text as it is.
 */
package dev.keywright.script;
