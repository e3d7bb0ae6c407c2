package dev.keywright.expert.evidence;

import dev.keywright.server.ServerOptions;
import java.nio.file.Path;
import java.util.Optional;

/** Where evidence is measured. */
public sealed interface ServerChoice {

    /** A server started for this, with whatever program is found; ends with the measurement. */
    ServerChoice OWN = new Started(Optional.empty());

    /** A server started for this with that program. */
    static ServerChoice program(Path binary) {
        return new Started(Optional.of(binary));
    }

    /** A server that runs already and holds the data of others. */
    static ServerChoice running(String uri) {
        return new Running(uri);
    }

    /** How to start a private server beside it: with the program chosen, or whatever is found. */
    default ServerOptions options() {
        return this instanceof Started started
                ? started.binary().map(ServerOptions.DEFAULTS::withBinary).orElse(ServerOptions.DEFAULTS)
                : ServerOptions.DEFAULTS;
    }

    /** A private server: nobody else uses it, so its memory can be read off as a whole. */
    record Started(Optional<Path> binary) implements ServerChoice {}

    /**
     * Somebody's server: written to below a random prefix only, with commands that change nothing else, and everything is
     * removed afterwards. Prints without its URI, which may carry a password.
     */
    record Running(String uri) implements ServerChoice {
        @Override
        public String toString() {
            return "a running server";
        }
    }
}
