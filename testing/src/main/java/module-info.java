/** Runs JUnit tests on real Redis topologies. */
@org.jspecify.annotations.NullMarked
module dev.keywright.testing {
    requires static org.jspecify;
    requires transitive dev.keywright.server;
    requires transitive org.junit.jupiter.api;

    exports dev.keywright.testing;

    // JUnit makes the extension.
    opens dev.keywright.testing to
            org.junit.platform.commons;
}
