package dev.keywright.ops.drill;

import dev.keywright.connection.Endpoint;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a URI that speaks of Sentinels.
 *
 * @param sentinels none when the URI is of another kind
 * @param master the name they know the primary by; empty when the URI is of another kind
 */
record SentinelUri(List<Endpoint> sentinels, String master) {

    private static final int PORT = 26_379;

    static SentinelUri of(String uri) {
        if (!uri.matches("rediss?-sentinel://.*")) {
            return new SentinelUri(List.of(), "");
        }
        String rest = uri.replaceFirst("[^:]*://", "");
        int hash = rest.lastIndexOf('#');
        String master = hash < 0 ? "" : rest.substring(hash + 1);
        String hosts = rest.substring(rest.lastIndexOf('@') + 1).replaceFirst("[?#/].*", "");
        List<Endpoint> sentinels = Arrays.stream(hosts.split(",", -1))
                .map(String::strip)
                .map(SentinelUri::endpoint)
                .toList();
        return new SentinelUri(sentinels, master);
    }

    private static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        boolean port = colon > text.indexOf(']');
        String host = (port ? text.substring(0, colon) : text).replaceAll("[\\[\\]]", "");
        return new Endpoint(host, port ? Integer.parseInt(text.substring(colon + 1)) : PORT);
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return sentinels + "#" + master;
    }
}
