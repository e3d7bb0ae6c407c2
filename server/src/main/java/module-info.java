/** Starts real Redis servers from Java, for tests and trials. */
@org.jspecify.annotations.NullMarked
module dev.keywright.server {
    requires static org.jspecify;
    requires embedded.redis; // only for the server binaries it carries

    exports dev.keywright.server;
}
