package dev.keywright.expert.artifact;

import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.Directive;
import dev.keywright.expert.design.ServerDesign;
import java.util.List;
import java.util.Locale;

/**
 * The server's configuration as the design decided it, for one server. Comments stand on lines of their own, because redis.conf
 * knows none behind a directive. What only the user knows is absent, and Redis's default holds.
 */
final class ServerFiles {

    private final Design design;
    private final ServerDesign server;

    private ServerFiles(Design design, ServerDesign server) {
        this.design = design;
        this.server = server;
    }

    static List<Artifact> write(Design design) {
        return design.server()
                .filter(server -> !server.config().isEmpty())
                .map(server -> new Artifact("redis.conf", new ServerFiles(design, server).redisConf()))
                .map(List::of)
                .orElse(List.of());
    }

    private String redisConf() {
        return String.format(Locale.ROOT, """
                # Redis for: %s
                # Start with: redis-server redis.conf
                # Port, bind, dir and passwords are not set here; give them for your hosts before others can reach this one.
                """, oneLine(design.workload().task().text())) + directives();
    }

    private String directives() {
        StringBuilder conf = new StringBuilder();
        for (Directive line : server.config()) {
            conf.append("\n# ").append(oneLine(line.why())).append('\n');
            conf.append(line.directive()).append(' ').append(line.value()).append('\n');
        }
        return conf.toString();
    }

    /** A user's words may hold anything; in a comment they may not end it. */
    static String oneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\s]+", " ").strip();
        return line.codePointCount(0, line.length()) <= 120
                ? line
                : line.substring(0, line.offsetByCodePoints(0, 117)).stripTrailing() + "...";
    }
}
