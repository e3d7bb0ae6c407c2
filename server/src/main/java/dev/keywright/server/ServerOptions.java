package dev.keywright.server;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server is started with.
 *
 * @param binary the server program; null: {@code KEYWRIGHT_SERVER}, the PATH, then the embedded one, see {@link RedisBinary#find}
 * @param directives lines of {@code redis.conf}, name to the rest of the line, in order; they come after {@link #BASE} and win
 * @param folder where RDB, AOF and {@code nodes.conf} lie, kept when the server closes; null: a temporary folder, removed then
 */
public record ServerOptions(
        @Nullable Path binary,
        Map<String, String> directives,
        @Nullable Path folder) {

    /** What every server gets unless its own directives say otherwise: nothing is persisted, DEBUG works. */
    public static final Map<String, String> BASE = base();

    /** Any binary, no directives, a temporary folder. */
    public static final ServerOptions DEFAULTS = new ServerOptions(null, Map.of(), null);

    private static final Set<String> OURS =
            Set.of("bind", "daemonize", "dir", "include", "logfile", "pidfile", "supervised", "syslog-enabled");

    public ServerOptions {
        directives = Collections.unmodifiableMap(new LinkedHashMap<>(directives));
        directives.forEach(ServerOptions::check);
    }

    public ServerOptions withBinary(Path newBinary) {
        return new ServerOptions(newBinary, directives, folder);
    }

    /** Sets {@code name value}, for example {@code ("maxmemory", "100mb")} or {@code ("port", "7000")}. */
    public ServerOptions withDirective(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(directives);
        all.put(name, value);
        return new ServerOptions(binary, all, folder);
    }

    public ServerOptions withDirectives(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(directives);
        all.putAll(more);
        return new ServerOptions(binary, all, folder);
    }

    public ServerOptions withFolder(Path newFolder) {
        return new ServerOptions(binary, directives, newFolder);
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
