package dev.keywright.expert.evidence;

import dev.keywright.server.ServerOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where evidence is measured: on a private server, which nobody else uses and which ends with the measurement, or on
 * somebody's running one, which is written to below a random prefix only and left as it was. Prints without the URI, which
 * may carry a password.
 *
 * @param uri the running server; absent for a private one
 * @param binary the program of the private server; absent for whatever is found
 */
public record ServerChoice(Optional<String> uri, Optional<Path> binary) {

    /** A private server, with whatever program is found. */
    public static final ServerChoice OWN = new ServerChoice(Optional.empty(), Optional.empty());

    /** A private server with that program. */
    public static ServerChoice program(Path binary) {
        return new ServerChoice(Optional.empty(), Optional.of(binary));
    }

    /** A server that runs already and holds the data of others. */
    public static ServerChoice running(String uri) {
        return new ServerChoice(Optional.of(uri), Optional.empty());
    }

    /** How to start a private server, for the evidence or beside it. */
    public ServerOptions options() {
        return binary.map(ServerOptions.DEFAULTS::withBinary).orElse(ServerOptions.DEFAULTS);
    }

    @Override
    public String toString() {
        return uri.isPresent() ? "a running server" : "a private server";
    }
}
