package dev.keywright.testing;

import dev.keywright.server.Redis;
import dev.keywright.server.ServerException;

/** The servers a test or a class holds; JUnit closes it when the test or the class is over. */
final class Loan implements AutoCloseable {

    private final Servers servers;
    private final Kind kind;
    private final Baseline baseline;
    private final boolean forOneTest;

    Loan(Servers servers, Kind kind, Baseline baseline, boolean forOneTest) {
        this.servers = servers;
        this.kind = kind;
        this.baseline = baseline;
        this.forOneTest = forOneTest;
    }

    Kind kind() {
        return kind;
    }

    /** Whether the loan ends with the test; else it is that of a class, and the tests share it. */
    boolean isForOneTest() {
        return forOneTest;
    }

    Redis redis() {
        return baseline.redis();
    }

    /**
     * Makes the servers as new for the next test of the class that holds them.
     *
     * @throws ServerException when the last test left them beyond repair
     */
    void restore() {
        baseline.restore();
    }

    @Override
    public void close() {
        servers.giveBack(kind, baseline);
    }
}
