package dev.keywright.ops.scan;

import dev.keywright.ops.wire.Node;

/**
 * A server that is read for its shard.
 *
 * @param shard the address of its master when the scan began: the shard's name
 * @param replica whether it is a replica
 * @param attempt 1, and one more each time that the shard began anew, on another server or after a restart
 */
public record ScanNode(String shard, Node node, boolean replica, int attempt) {

    @Override
    public String toString() {
        return replica ? node + " (replica of " + shard + ")" : node.toString();
    }
}
