package dev.keywright.expert.proof;

import dev.keywright.expert.artifact.Output;
import java.util.List;

/**
 * An answer and what was tried of it on a real server.
 *
 * @param output the answer and its files
 * @param checks what was tried and how it ended; empty when nothing was to be tried
 */
public record Proof(Output output, List<Check> checks) {

    /** One thing tried, such as starting a server with the generated redis.conf. */
    public record Check(String what, boolean held, String detail) {}
}
