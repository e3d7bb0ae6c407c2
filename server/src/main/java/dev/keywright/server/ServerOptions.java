package dev.keywright.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What servers are started with.
 *
 * @param binary the server program; null: {@code KEYWRIGHT_SERVER}, the PATH, then the embedded one, see {@link RedisBinary#find}
 * @param directives lines of {@code redis.conf}, name to the rest of the line, in order; they come after {@link #BASE} and win
 * @param folder where RDB, AOF and {@code nodes.conf} lie, kept when the server closes; null: a temporary folder, removed then
 * @param users the ACL users beside the default one
 * @param nodeDirectives directives of single data nodes, by their place in {@link Redis#nodes()}; they win over {@code directives}
 * @param tls whether the servers speak TLS, and nothing else
 * @param partitions whether nodes can be parted from each other, see {@link Network}
 */
public record ServerOptions(
        @Nullable Path binary,
        Map<String, String> directives,
        @Nullable Path folder,
        List<User> users,
        Map<Integer, Map<String, String>> nodeDirectives,
        boolean tls,
        boolean partitions) {

    /** What every server gets unless its own directives say otherwise: nothing is persisted, DEBUG works. */
    public static final Map<String, String> BASE = base();

    /** Any binary, no directives, a temporary folder, no users, no TLS. */
    public static final ServerOptions DEFAULTS =
            new ServerOptions(null, Map.of(), null, List.of(), Map.of(), false, false);

    private static final Set<String> OURS =
            Set.of("bind", "daemonize", "dir", "include", "logfile", "pidfile", "supervised", "syslog-enabled");

    public ServerOptions {
        directives = Collections.unmodifiableMap(new LinkedHashMap<>(directives));
        directives.forEach(ServerOptions::check);
        users = List.copyOf(users);
        nodeDirectives = Map.copyOf(nodeDirectives);
        nodeDirectives.values().forEach(ofOne -> ofOne.forEach(ServerOptions::check));
    }

    /**
     * An ACL user.
     *
     * @param rules as ACL SETUSER takes them: {@code ~cache:*}, {@code +@read}, ...
     */
    public record User(String name, String password, List<String> rules) {

        public User {
            rules = List.copyOf(rules);
            if (!name.matches("[^\\s\"']+") || password.isEmpty()) {
                throw new IllegalArgumentException(
                        "A user needs a name without blanks or quotes, and a password. Give both.");
            }
            if (rules.stream().anyMatch(rule -> !rule.matches("[^\"'\\r\\n\\x00]+"))) {
                throw new IllegalArgumentException("A rule of user " + name
                        + " is empty or holds a quote or a line break. Write it as for ACL SETUSER.");
            }
        }

        /** The line of redis.conf; it holds the password's hash alone. */
        String line() {
            return "user " + name + " on #" + hash(password) + " " + String.join(" ", rules);
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "user " + name + " " + String.join(" ", rules);
        }

        private static String hash(String password) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest);
            } catch (NoSuchAlgorithmException everyJavaHasIt) {
                throw new IllegalStateException(everyJavaHasIt);
            }
        }
    }

    public ServerOptions withBinary(Path newBinary) {
        return new ServerOptions(newBinary, directives, folder, users, nodeDirectives, tls, partitions);
    }

    /**
     * Sets {@code name value}, for example {@code ("maxmemory", "100mb")}. With {@code port} the first server listens there and
     * the others, Sentinels last, on the ports that follow; without it all get free ones.
     */
    public ServerOptions withDirective(String name, String value) {
        return withDirectives(Map.of(name, value));
    }

    public ServerOptions withDirectives(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(directives);
        all.putAll(more);
        return new ServerOptions(binary, all, folder, users, nodeDirectives, tls, partitions);
    }

    /** These directives and none of those there were. */
    ServerOptions withOnlyDirectives(Map<String, String> all) {
        return new ServerOptions(binary, all, folder, users, nodeDirectives, tls, partitions);
    }

    /** As {@link #withDirective}, for the one data node in that place of {@link Redis#nodes()}, from 0. */
    public ServerOptions withNodeDirective(int node, String name, String value) {
        Map<Integer, Map<String, String>> all = new LinkedHashMap<>(nodeDirectives);
        Map<String, String> ofOne = new LinkedHashMap<>(all.getOrDefault(node, Map.of()));
        ofOne.put(name, value);
        all.put(node, Collections.unmodifiableMap(ofOne));
        return new ServerOptions(binary, directives, folder, users, all, tls, partitions);
    }

    /**
     * Keeps the data there. A {@link Standalone} lies in the folder itself; of several nodes each lies in {@code node-PORT}, a
     * Sentinel in {@code sentinel-PORT}, and a start on a folder that holds nodes takes up their ports, data and roles again.
     */
    public ServerOptions withFolder(Path newFolder) {
        return new ServerOptions(binary, directives, newFolder, users, nodeDirectives, tls, partitions);
    }

    /**
     * Adds an ACL user. The default user stays as it is (directive {@code requirepass} gives it a password), and this library goes
     * on using it, so it cannot be switched off here.
     */
    public ServerOptions withUser(String name, String password, String... rules) {
        if (name.equals("default")) {
            throw new IllegalArgumentException(
                    "The default user is needed to run the servers. Give it a password by directive requirepass.");
        }
        List<User> all = new ArrayList<>(users);
        all.add(new User(name, password, List.of(rules)));
        return new ServerOptions(binary, directives, folder, all, nodeDirectives, tls, partitions);
    }

    /** TLS on every connection, also between nodes; certificates are made for this JVM, and URIs name the file of their CA. */
    public ServerOptions withTls() {
        return new ServerOptions(binary, directives, folder, users, nodeDirectives, true, partitions);
    }

    /** Puts a {@link Network} between the nodes of a replication, a Sentinel set-up or a cluster. Linux only. */
    public ServerOptions withPartitions() {
        return new ServerOptions(binary, directives, folder, users, nodeDirectives, tls, true);
    }

    /** Whether this module sets the directive itself ({@code bind}, {@code dir}, {@code logfile}, ...) and refuses any other value. */
    public static boolean isOurs(String directive) {
        return OURS.contains(directive);
    }

    private static void check(String name, String value) {
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name of a directive. Write it as in redis.conf, in small letters.");
        }
        if (isOurs(name)) {
            throw new IllegalArgumentException("Directive " + name
                    + " cannot be chosen here: the server is bound to 127.0.0.1 and"
                    + " started by this library. Leave it out" + (name.equals("dir") ? "; use withFolder." : "."));
        }
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "The value of directive " + name + " holds a line break. Give one line per directive.");
        }
        if (name.equals("port") && !isPort(value)) {
            throw new IllegalArgumentException(
                    "port " + value + " is no port. Give 1 to 65535, or leave it out to get a free one.");
        }
        if (name.equals("requirepass") && !value.matches("[^\\s\"']+")) {
            throw new IllegalArgumentException(
                    "requirepass holds a blank or a quote, or nothing. Choose a plain word.");
        }
    }

    private static boolean isPort(String value) {
        return value.matches("[1-9]\\d{0,4}") && Integer.parseInt(value) <= 65_535;
    }

    private static Map<String, String> base() {
        Map<String, String> base = new LinkedHashMap<>();
        base.put("save", "\"\"");
        base.put("appendonly", "no");
        base.put("enable-debug-command", "local");
        base.put("always-show-logo", "no");
        return Collections.unmodifiableMap(base);
    }
}
