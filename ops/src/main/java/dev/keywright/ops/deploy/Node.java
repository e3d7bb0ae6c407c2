package dev.keywright.ops.deploy;

import java.util.Optional;

/**
 * One process of a deployment.
 *
 * @param name {@code redis}, {@code primary}, {@code replica-1}, {@code node-4}, {@code sentinel-2}
 * @param number counted from 1 among its kind
 * @param host where it runs
 * @param port where clients connect
 * @param primary for a replica, whom it copies when everything starts for the first time
 */
public record Node(String name, int number, String host, int port, Optional<Node> primary) {

    static final int BUS_OFFSET = 10_000;

    boolean isReplica() {
        return primary.isPresent();
    }

    String address() {
        return host + ":" + port;
    }

    int busPort() {
        return port + BUS_OFFSET;
    }
}
