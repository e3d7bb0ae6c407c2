package dev.keywright.ops.lua;

/**
 * How a script took edge values.
 *
 * @param calls how often it was called
 * @param refused calls that ended with an error reply of the script's own
 * @param crashed calls that ended with an error the script did not mean
 */
public record ScriptTrial(int calls, int refused, int crashed) {}
