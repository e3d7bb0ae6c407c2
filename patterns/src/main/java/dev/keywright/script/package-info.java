/** Lua scripts that live beside the class that runs them. */
package dev.keywright.script;
