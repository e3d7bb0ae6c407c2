package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisURI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, read from a URI. Prints without user and password, and so do all complaints about it.
 *
 * @param kind how the hosts belong together
 */
record Address(
        Topology.Kind kind,
        boolean tls,
        List<HostPort> hosts,
        @Nullable String user,
        @Nullable String password,
        int database) {

    static final int DEFAULT_PORT = 6379;

    record HostPort(String host, int port) {
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    static Address parse(String uri) {
        int colon = uri.indexOf("://");
        String scheme = colon < 0 ? "" : uri.substring(0, colon);
        Topology.Kind kind = switch (scheme) {
            case "redis", "rediss" -> Topology.Kind.STANDALONE;
            case "redis-cluster", "rediss-cluster" -> Topology.Kind.CLUSTER;
            case "redis-sentinel", "rediss-sentinel" ->
                throw new KeywrightException.Misused("Sentinel is not supported yet (" + scheme
                        + "://). Give the master's redis:// address, or a redis-cluster:// one.");
            default ->
                throw new KeywrightException.Misused(
                        "The Redis URI does not start with redis://, rediss://, redis-cluster:// or rediss-cluster://.");
        };
        String rest = uri.substring(colon + 3);
        if (rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
            throw wrong("options after '?' or '#' are not supported; use ConnectionOptions");
        }
        int at = rest.lastIndexOf('@');
        String userInfo = at < 0 ? null : rest.substring(0, at);
        String afterUser = rest.substring(at + 1);
        int slash = afterUser.indexOf('/');
        String hosts = slash < 0 ? afterUser : afterUser.substring(0, slash);
        String path = slash < 0 ? "" : afterUser.substring(slash + 1);

        String user = null;
        String password = null;
        if (userInfo != null && !userInfo.isEmpty()) {
            int separator = userInfo.indexOf(':');
            String name = separator < 0 ? "" : decoded(userInfo.substring(0, separator));
            user = name.isEmpty() ? null : name;
            password = decoded(userInfo.substring(separator + 1));
        }
        return new Address(kind, scheme.startsWith("rediss"), hosts(hosts, kind), user, password, database(path, kind));
    }

    private static List<HostPort> hosts(String text, Topology.Kind kind) {
        List<HostPort> hosts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            hosts.add(hostPort(part.strip()));
        }
        if (kind == Topology.Kind.STANDALONE && hosts.size() > 1) {
            throw wrong("several hosts need redis-cluster://");
        }
        return List.copyOf(hosts);
    }

    private static HostPort hostPort(String text) {
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? text : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw wrong("a host is missing");
        }
        if (colon < 0) {
            return new HostPort(host, DEFAULT_PORT);
        }
        int port = number(text.substring(colon + 1), "the port");
        if (port < 1 || port > 65_535) {
            throw wrong("the port is not between 1 and 65535");
        }
        return new HostPort(host, port);
    }

    private static int database(String path, Topology.Kind kind) {
        if (path.isEmpty()) {
            return 0;
        }
        int database = number(path, "the database");
        if (kind == Topology.Kind.CLUSTER && database != 0) {
            throw wrong("a Cluster has database 0 only");
        }
        return database;
    }

    private static int number(String text, String what) {
        if (!text.matches("\\d{1,9}")) {
            throw wrong(what + " is not a number");
        }
        return Integer.parseInt(text);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            throw wrong("user or password has a '%' that encodes nothing; write it as %25");
        }
    }

    private static KeywrightException.Misused wrong(String what) {
        return new KeywrightException.Misused(
                "The Redis URI cannot be used: " + what + ". The form is redis://user:password@host:port/database.");
    }

    /** One server with the same credentials. */
    Address only(String host, int port) {
        return new Address(
                Topology.Kind.STANDALONE, tls, List.of(new HostPort(host, port)), user, password, database);
    }

    List<RedisURI> toLettuce(ConnectionOptions options) {
        return hosts.stream().map(host -> toLettuce(host, options)).toList();
    }

    RedisURI toLettuce(HostPort host, ConnectionOptions options) {
        RedisURI.Builder builder = RedisURI.builder()
                .withHost(host.host())
                .withPort(host.port())
                .withSsl(tls)
                .withDatabase(database)
                .withClientName(options.clientName())
                .withTimeout(options.connectTimeout());
        if (password != null) {
            if (user != null) {
                builder.withAuthentication(user, password.toCharArray());
            } else {
                builder.withPassword(password.toCharArray());
            }
        }
        return builder.build();
    }

    @Override
    public String toString() {
        String scheme = (tls ? "rediss" : "redis") + (kind == Topology.Kind.CLUSTER ? "-cluster" : "");
        String place = hosts.stream().map(HostPort::toString).collect(Collectors.joining(","));
        return scheme + "://" + place + (database == 0 ? "" : "/" + database);
    }
}
