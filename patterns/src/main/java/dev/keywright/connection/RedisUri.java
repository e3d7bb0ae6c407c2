package dev.keywright.connection;

import dev.keywright.KeywrightException;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how to get in, read from a URI; the forms are those of {@link Connection}. Immutable. Prints without user,
 * password and options, and so do all complaints about it.
 */
public final class RedisUri {

    private static final int DEFAULT_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    private final Topology.Kind kind;
    private final boolean tls;
    private final List<Endpoint> hosts;
    private final @Nullable Login login;
    private final int database;
    private final @Nullable String master;
    private final UriOptions options;

    private RedisUri(
            Topology.Kind kind,
            boolean tls,
            List<Endpoint> hosts,
            @Nullable Login login,
            int database,
            @Nullable String master,
            UriOptions options) {
        this.kind = kind;
        this.tls = tls;
        this.hosts = List.copyOf(hosts);
        this.login = login;
        this.database = database;
        this.master = master;
        this.options = options;
    }

    /** @throws KeywrightException.Misused when it is none; says what is wrong, without the password */
    public static RedisUri parse(String uri) {
        int colon = uri.indexOf("://");
        String scheme = colon < 0 ? "" : uri.substring(0, colon);
        Topology.Kind kind = switch (scheme) {
            case "redis", "rediss" -> Topology.Kind.STANDALONE;
            case "redis-cluster", "rediss-cluster" -> Topology.Kind.CLUSTER;
            case "redis-sentinel", "rediss-sentinel" -> Topology.Kind.SENTINEL;
            default ->
                throw new KeywrightException.Misused("The Redis URI does not start with redis://, redis-sentinel:// or"
                        + " redis-cluster://, or with rediss for TLS.");
        };
        String rest = uri.substring(colon + 3);
        int at = rest.lastIndexOf('@');
        Login login = login(rest.substring(0, Math.max(at, 0)));
        String place = rest.substring(at + 1);

        int hash = place.indexOf('#');
        String master = hash < 0 ? null : UriOptions.decoded(place.substring(hash + 1));
        place = hash < 0 ? place : place.substring(0, hash);
        int question = place.indexOf('?');
        UriOptions options = question < 0 ? UriOptions.NONE : UriOptions.parse(place.substring(question + 1));
        place = question < 0 ? place : place.substring(0, question);
        int slash = place.indexOf('/');
        String hosts = slash < 0 ? place : place.substring(0, slash);
        int database = database(slash < 0 ? "" : place.substring(slash + 1), kind);
        return new RedisUri(kind, scheme.startsWith("rediss"), hosts(hosts, kind), login, database, master, options)
                .checked();
    }

    private static @Nullable Login login(String text) {
        if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
            throw UriOptions.wrong("write '?', '#' and '@' in a user, a password or an option as %3F, %23 and %40");
        }
        if (text.isEmpty()) {
            return null;
        }
        int separator = text.indexOf(':');
        String user = separator < 0 ? "" : UriOptions.decoded(text.substring(0, separator));
        return new Login(user.isEmpty() ? null : user, UriOptions.decoded(text.substring(separator + 1)));
    }

    private static List<Endpoint> hosts(String text, Topology.Kind kind) {
        List<Endpoint> hosts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            hosts.add(host(part.strip(), kind == Topology.Kind.SENTINEL ? SENTINEL_PORT : DEFAULT_PORT));
        }
        if (kind == Topology.Kind.STANDALONE && hosts.size() > 1) {
            throw UriOptions.wrong("several hosts need redis-cluster:// or redis-sentinel://");
        }
        return List.copyOf(hosts);
    }

    private static Endpoint host(String text, int defaultPort) {
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(bracket, 0));
        String host = UriOptions.decoded(colon < 0 ? text : text.substring(0, colon));
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw UriOptions.wrong("a host is missing");
        }
        if (colon < 0) {
            return new Endpoint(host, defaultPort);
        }
        int port = number(text.substring(colon + 1), "the port");
        if (port < 1 || port > 65_535) {
            throw UriOptions.wrong("the port is not between 1 and 65535");
        }
        return new Endpoint(host, port);
    }

    private static int database(String path, Topology.Kind kind) {
        int database = path.isEmpty() ? 0 : number(path, "the database");
        if (kind == Topology.Kind.CLUSTER && database != 0) {
            throw UriOptions.wrong("a Cluster has database 0 only");
        }
        return database;
    }

    private static int number(String text, String what) {
        if (!text.matches("\\d{1,9}")) {
            throw UriOptions.wrong(what + " is not a number");
        }
        return Integer.parseInt(text);
    }

    private RedisUri checked() {
        boolean sentinel = kind == Topology.Kind.SENTINEL;
        if (sentinel && (master == null || master.isBlank())) {
            throw UriOptions.wrong("the master's name is missing; it ends as in redis-sentinel://host/0#mymaster");
        }
        if (!sentinel && master != null) {
            throw UriOptions.wrong("'#' names a master of Sentinels, which needs redis-sentinel://");
        }
        if (!sentinel && (options.has("sentinelPassword") || options.has("sentinelUser"))) {
            throw UriOptions.wrong("sentinelUser and sentinelPassword need redis-sentinel://");
        }
        if (options.has("sentinelUser") && !options.has("sentinelPassword")) {
            throw UriOptions.wrong("sentinelUser needs sentinelPassword");
        }
        if (!tls && (options.has("ca") || options.has("verify"))) {
            throw UriOptions.wrong("ca and verify are for TLS, which needs rediss://");
        }
        if (options.ca().filter(file -> !new File(file).canRead()).isPresent()) {
            throw UriOptions.wrong("the file that ca names cannot be read");
        }
        if (kind != Topology.Kind.STANDALONE && options.has("topology")) {
            throw UriOptions.wrong("topology is for redis:// only");
        }
        return this;
    }

    /** How the hosts belong together, as far as the URI says. */
    public Topology.Kind kind() {
        return kind;
    }

    public boolean tls() {
        return tls;
    }

    /** The servers; the Sentinels of a Sentinel URI. */
    public List<Endpoint> hosts() {
        return hosts;
    }

    /** Who logs in; the default user when absent. Sentinels may have one of their own, {@code sentinelUser}. */
    public Optional<String> user() {
        return Optional.ofNullable(login).map(Login::user);
    }

    /** What the servers ask for; Sentinels may have one of their own, {@code sentinelPassword}. */
    public Optional<String> password() {
        return Optional.ofNullable(login).map(Login::password);
    }

    public int database() {
        return database;
    }

    /** The name that Sentinels know the master by. */
    public Optional<String> master() {
        return Optional.ofNullable(master);
    }

    /** What the URI says after {@code ?} for this name, decoded. */
    public Optional<String> option(String name) {
        return options.value(name);
    }

    /**
     * The same way in to one server and to no other, taken as it stands even if it is a node of a Cluster. A Sentinel of a Sentinel
     * URI gets the user and password of Sentinels.
     */
    public RedisUri only(Endpoint place) {
        return kind == Topology.Kind.SENTINEL && hosts.contains(place)
                ? sentinel(place)
                : new RedisUri(Topology.Kind.STANDALONE, tls, List.of(place), login, database, null, options.alone());
    }

    RedisUri sentinel(Endpoint place) {
        return new RedisUri(
                Topology.Kind.STANDALONE, tls, List.of(place), options.sentinelLogin(), 0, null, options.alone());
    }

    /** The same hosts, known to be nodes of a Cluster. */
    RedisUri asCluster() {
        return new RedisUri(Topology.Kind.CLUSTER, tls, hosts, login, database, null, options);
    }

    UriOptions options() {
        return options;
    }

    @Override
    public String toString() {
        String form = switch (kind) {
            case CLUSTER -> "-cluster";
            case SENTINEL -> "-sentinel";
            case STANDALONE, REPLICA -> "";
        };
        String place = hosts.stream().map(Endpoint::toString).collect(Collectors.joining(","));
        return (tls ? "rediss" : "redis") + form + "://" + place + (database == 0 ? "" : "/" + database)
                + (master == null ? "" : "#" + master);
    }
}
