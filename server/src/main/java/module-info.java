/** Starts real Redis servers from Java, for tests and trials. */
@org.jspecify.annotations.NullMarked
module dev.keywright.server {
    requires static org.jspecify;

    exports dev.keywright.server;
}
