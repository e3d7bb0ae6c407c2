package dev.keywright.connection;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How a connection behaves when things go slowly or wrong; what a URI says after '?' wins over these.
 *
 * @param timeout how long a call waits for its answer unless it says otherwise
 * @param connectTimeout how long opening the first connection may take
 * @param maxInFlight calls written and not yet answered, per node; one more fails at once
 * @param maxWaiting calls that wait, within their own timeout, for a broken connection to return; one more fails at once
 * @param reconnectEvery the longest pause between attempts to reconnect; pauses start at a few milliseconds and grow with
 *     jitter
 * @param callbacks runs the code that users attach to asynchronous answers and messages; when absent, a pool of daemon
 *     threads of the connection's own
 * @param clientName what {@code CLIENT LIST} shows
 * @param readFrom which nodes answer commands that are built as read-only
 */
public record ConnectionOptions(
        Duration timeout,
        Duration connectTimeout,
        int maxInFlight,
        int maxWaiting,
        Duration reconnectEvery,
        Optional<Executor> callbacks,
        String clientName,
        ReadFrom readFrom) {

    public static final ConnectionOptions DEFAULTS = new ConnectionOptions(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            32_768,
            1_024,
            Duration.ofSeconds(1),
            Optional.empty(),
            "keywright",
            ReadFrom.MASTER);

    public ConnectionOptions {
        positive("timeout", timeout);
        positive("connectTimeout", connectTimeout);
        positive("reconnectEvery", reconnectEvery);
        positive("maxInFlight", maxInFlight);
        positive("maxWaiting", maxWaiting);
        if (!clientName.matches("[!-~]+")) {
            throw new IllegalArgumentException(
                    "clientName is '" + clientName + "'; give printable ASCII without spaces");
        }
    }

    public ConnectionOptions withTimeout(Duration timeout) {
        return new ConnectionOptions(
                timeout, connectTimeout, maxInFlight, maxWaiting, reconnectEvery, callbacks, clientName, readFrom);
    }

    public ConnectionOptions withConnectTimeout(Duration connectTimeout) {
        return new ConnectionOptions(
                timeout, connectTimeout, maxInFlight, maxWaiting, reconnectEvery, callbacks, clientName, readFrom);
    }

    public ConnectionOptions withMaxInFlight(int maxInFlight) {
        return new ConnectionOptions(
                timeout, connectTimeout, maxInFlight, maxWaiting, reconnectEvery, callbacks, clientName, readFrom);
    }

    public ConnectionOptions withMaxWaiting(int maxWaiting) {
        return new ConnectionOptions(
                timeout, connectTimeout, maxInFlight, maxWaiting, reconnectEvery, callbacks, clientName, readFrom);
    }

    public ConnectionOptions withReconnectEvery(Duration reconnectEvery) {
        return new ConnectionOptions(
                timeout, connectTimeout, maxInFlight, maxWaiting, reconnectEvery, callbacks, clientName, readFrom);
    }

    public ConnectionOptions withCallbacks(Executor callbacks) {
        return new ConnectionOptions(
                timeout,
                connectTimeout,
                maxInFlight,
                maxWaiting,
                reconnectEvery,
                Optional.of(callbacks),
                clientName,
                readFrom);
    }

    public ConnectionOptions withClientName(String clientName) {
        return new ConnectionOptions(
                timeout, connectTimeout, maxInFlight, maxWaiting, reconnectEvery, callbacks, clientName, readFrom);
    }

    public ConnectionOptions withReadFrom(ReadFrom readFrom) {
        return new ConnectionOptions(
                timeout, connectTimeout, maxInFlight, maxWaiting, reconnectEvery, callbacks, clientName, readFrom);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + "; give more than zero");
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; give 1 or more");
        }
    }
}
