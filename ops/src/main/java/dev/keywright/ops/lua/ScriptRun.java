package dev.keywright.ops.lua;

import java.util.List;

/**
 * One call of a script on a private server.
 *
 * @param keys what was passed
 * @param arguments what was passed
 * @param reply the answer in words; an error with its code
 * @param failed whether the answer is an error
 * @param commands what the script sent to the server, in order
 * @param micros how long the server was busy with it, the mean of twenty calls on the same data
 */
public record ScriptRun(
        List<String> keys, List<String> arguments, String reply, boolean failed, List<String> commands, long micros) {
    public ScriptRun {
        keys = List.copyOf(keys);
        arguments = List.copyOf(arguments);
        commands = List.copyOf(commands);
    }
}
