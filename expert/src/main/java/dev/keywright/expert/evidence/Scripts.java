package dev.keywright.expert.evidence;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Lua scripts candidates run: those of the patterns, and those the library runs itself. */
final class Scripts {

    /** The last one is for scripts that are named with their package, such as {@code lock/acquire.lua}. */
    private static final List<String> FOLDERS = List.of(
            "/dev/keywright/expert/patterns/scripts/",
            "/dev/keywright/limit/",
            "/dev/keywright/cache/",
            "/dev/keywright/");

    private Scripts() {}

    /** Makes the server know the scripts of the operations; what EVALSHA calls each, by its file name. */
    static Map<String, String> load(List<Operation> operations, Connection connection) {
        Map<String, String> digests = new HashMap<>();
        for (Operation operation : operations) {
            for (String name : operation.scripts()) {
                digests.computeIfAbsent(name, file -> load(file, connection));
            }
        }
        return digests;
    }

    private static String load(String file, Connection connection) {
        Reply reply = connection.call(
                Command.named("SCRIPT").argument("LOAD").argument(source(file)).buildRepeatable());
        if (reply instanceof Reply.Failure failure) {
            throw new CandidateFailure(failure.message() + " (SCRIPT LOAD " + file + ")");
        }
        return reply.text();
    }

    /** @throws CandidateFailure when there is no such script */
    static String source(String file) {
        for (String folder : FOLDERS) {
            try (InputStream in = Scripts.class.getResourceAsStream(folder + file)) {
                if (in != null) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(folder + file + " could not be read", e);
            }
        }
        throw new CandidateFailure("there is no script " + file);
    }
}
