package dev.keywright.ops.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.OpsException;
import java.net.URLDecoder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Redis URI taken apart, so that each of its hosts can be tried alone: a cluster that is not whole is looked at through any
 * node that answers. Prints without user and password.
 *
 * @param userInfo user and password as they stand in the URI, with the {@code @}; empty when there are none
 * @param options what stands behind the {@code ?}, but for what says whom to ask
 */
record ClusterUri(boolean tls, String userInfo, List<Endpoint> hosts, List<String> options) {

    private static final int DEFAULT_PORT = 6379;

    static ClusterUri parse(String uri) {
        int colon = uri.indexOf("://");
        String scheme = colon < 0 ? "" : uri.substring(0, colon);
        if (!List.of("redis", "rediss", "redis-cluster", "rediss-cluster").contains(scheme)) {
            throw new OpsException(
                    "The URI of a cluster starts with redis://, rediss://, redis-cluster:// or rediss-cluster://."
                            + " Give any node of it, such as redis://10.0.0.7:6379.");
        }
        String rest = uri.substring(colon + 3);
        String userInfo = rest.substring(0, rest.lastIndexOf('@') + 1);
        String afterUser = rest.substring(userInfo.length());
        int question = afterUser.indexOf('?');
        List<String> options = question < 0
                ? List.of()
                : Stream.of(afterUser.substring(question + 1).split("&"))
                        .filter(option -> !option.matches("(topology|readFrom)=.*"))
                        .toList();
        String hosts = (question < 0 ? afterUser : afterUser.substring(0, question)).replaceFirst("/.*", "");
        List<Endpoint> endpoints =
                Stream.of(hosts.split(",")).map(ClusterUri::endpoint).toList();
        return new ClusterUri(scheme.startsWith("rediss"), userInfo, endpoints, options);
    }

    private static Endpoint endpoint(String text) {
        boolean port = text.lastIndexOf(':') > text.lastIndexOf(']');
        return Endpoint.parse(port ? text.strip() : text.strip() + ":" + DEFAULT_PORT);
    }

    /** The URI of one host and of no other. */
    String to(Endpoint host) {
        String all = Stream.concat(Stream.of("topology=standalone"), options.stream())
                .collect(Collectors.joining("&"));
        return (tls ? "rediss://" : "redis://") + userInfo + host + "?" + all;
    }

    Optional<String> user() {
        int colon = userInfo.indexOf(':');
        return colon < 1 ? Optional.empty() : Optional.of(decoded(userInfo.substring(0, colon)));
    }

    Optional<String> password() {
        return userInfo.isEmpty()
                ? Optional.empty()
                : Optional.of(decoded(userInfo.substring(userInfo.indexOf(':') + 1, userInfo.length() - 1)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    }

    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://")
                + String.join(",", hosts.stream().map(Endpoint::toString).toList());
    }
}
