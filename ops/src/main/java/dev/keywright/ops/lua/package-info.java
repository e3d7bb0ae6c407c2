/**
 * Lua scripts for Redis: read by a parser of their own, judged by rules, and tried on a private server with sample and edge values.
 * {@link dev.keywright.ops.lua.ScriptChecker} is the way in.
 */
@NullMarked
package dev.keywright.ops.lua;

import org.jspecify.annotations.NullMarked;
