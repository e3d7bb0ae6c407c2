package dev.keywright.ops.config;

import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The data of directives beside what a server program says: names, defaults, what can be set while it runs. */
final class DirectiveComparison {

    /** What our own way of starting a server sets. */
    static final Set<String> CHOSEN =
            Set.of("bind", "port", "dir", "save", "enable-debug-command", "logfile", "unixsocket", "pidfile");

    private DirectiveComparison() {}

    /** Starts the program for a moment; one line for each difference. */
    static List<String> of(Path program) {
        RedisBinary binary = RedisBinary.find(Optional.of(program));
        Release release = Release.of(binary.product(), binary.version());
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withBinary(program))) {
            return of(server, release);
        }
    }

    private static List<String> of(Standalone server, Release release) {
        Map<String, String> settings = server.configuration();
        List<String> differences = new ArrayList<>();
        settings.forEach((name, value) -> {
            Optional<Directive> known = Directives.known().find(name).filter(found -> isNamed(found, name, release));
            if (known.isEmpty()) {
                differences.add(name + ": not known for " + release + ", default \"" + value + "\"");
                return;
            }
            Directive directive = known.get();
            if (!CHOSEN.contains(directive.name())
                    && !directive.defaultValue(release).equals(value)) {
                differences.add(name + ": default \"" + value + "\", not \"" + directive.defaultValue(release) + "\"");
            }
            boolean live = directive.set() == Directive.Set.LIVE;
            Optional<String> refused = refused(server, name, value);
            if (live == refused.isPresent()) {
                differences.add(name + ": set " + directive.set() + ", but CONFIG SET says " + refused.orElse("OK"));
            }
        });
        units(server, release, differences);
        Directives.known().all().stream()
                .filter(directive -> directive.exists(release) && !directive.isIgnored(release))
                .filter(directive -> directive.module().isEmpty() && directive.set() != Directive.Set.FILE)
                .filter(directive -> !settings.containsKey(directive.name()))
                .filter(directive -> !directive.hidden()
                        || server.command("CONFIG", "GET", directive.name()).isEmpty())
                .forEach(directive -> differences.add(directive.name() + ": " + release + " does not have it"));
        return differences;
    }

    /** Whether exactly the amounts of memory take a unit; hidden ones as well. */
    private static void units(Standalone server, Release release, List<String> differences) {
        for (Directive directive : Directives.known().all()) {
            boolean tried = directive.exists(release)
                    && directive.set() == Directive.Set.LIVE
                    && !directive.isIgnored(release)
                    && directive.module().isEmpty()
                    && directive.kind(release) instanceof ValueKind.Whole
                    && directive.defaultValue(release).matches("[0-9]+")
                    && !directive.name().contains("port");
            if (tried) {
                boolean memory = ((ValueKind.Whole) directive.kind(release)).memory();
                Optional<String> refused = refused(server, directive.name(), directive.defaultValue(release) + "b");
                if (memory == refused.isPresent()) {
                    differences.add(
                            directive.name() + ": memory " + memory + ", but a unit is " + refused.orElse("accepted"));
                }
            }
        }
    }

    private static boolean isNamed(Directive directive, String name, Release release) {
        return directive.exists(release)
                && directive.aliases().stream()
                        .filter(alias -> alias.name().equals(name))
                        .allMatch(alias -> alias.exists(release));
    }

    private static Optional<String> refused(Standalone server, String name, String value) {
        try {
            server.command("CONFIG", "SET", name, value);
            return Optional.empty();
        } catch (ServerException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }
}
