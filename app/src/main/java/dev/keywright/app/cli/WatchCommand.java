package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.Watch;
import dev.keywright.ops.config.Role;
import dev.keywright.ops.watch.View;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright watch}: running servers on one screen, again and again, or as figures for Prometheus. */
@Command(
        name = "watch",
        description = "Shows running servers on one screen, refreshed each second; or exports their figures.",
        customSynopsis = {
            "keywright watch [<options>] <uri>",
            "keywright watch --prometheus [<host>:]<port> <uri>",
            "keywright watch --alerts <dir> <uri|dir>"
        },
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:--count was reached, or the files were written; 130 after Ctrl-C",
            "1:no server could be asked, or nothing be written",
            "2:the arguments make no sense"
        },
        footer = {"", "No key is read. Where the output is no terminal, a line is printed at each interval."})
final class WatchCommand extends Verb {

    private static final Pattern ADDRESS = Pattern.compile("(?:(\\[[0-9a-fA-F:.]+]|[^:\\s]*):)?(\\d{1,5})");
    private static final int PORTS = 65_535;
    private static final int USUAL_LINES = 24;
    private static final Duration PAGE = Duration.ofSeconds(1);
    private static final Duration EXPORT = Duration.ofSeconds(5);

    private final Screen screen;

    @Parameters(
            paramLabel = "<uri|dir>",
            description =
                    "redis://host:port of any server with all its nodes, or redis-sentinel://host:port#master; for"
                            + " --alerts also the folder of a design or deployment.")
    private @Nullable String target;

    @Option(
            names = "--interval",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            description = "From look to look, such as 1s or 500ms (default: 1s; with --prometheus 5s).")
    private @Nullable Duration interval;

    @Option(
            names = "--count",
            paramLabel = "<n>",
            defaultValue = "0",
            description = "End after so many looks (default: when it is interrupted).")
    private long count;

    @Option(names = "--json", description = "Print a JSON document in one line at each interval.")
    private boolean json;

    @Option(
            names = "--prometheus",
            paramLabel = "[<host>:]<port>",
            description = "Export the figures at http://<host>:<port>/metrics instead (default host: 127.0.0.1).")
    private @Nullable String prometheus;

    @Option(
            names = "--alerts",
            paramLabel = "<dir>",
            description = "Write alert rules for Prometheus and a dashboard for Grafana into a folder instead.")
    private @Nullable Path alerts;

    @Option(
            names = "--name",
            paramLabel = "<name>",
            description = "The deployment, for --prometheus and --alerts alike: a label that keeps it apart from others"
                    + " (default: the folder's name, or the URI without user and password).")
    private @Nullable String name;

    @Option(
            names = "--as",
            paramLabel = "<cache|store|queue>",
            converter = LintCommand.RoleConverter.class,
            description = "What the servers are for, for --alerts (default: judged by their eviction policy).")
    private @Nullable Role role;

    WatchCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (prometheus != null && alerts != null) {
            throw usage("--prometheus and --alerts exclude each other; choose one.");
        }
        if (name != null && prometheus == null && alerts == null) {
            throw usage("--name is for --prometheus and --alerts; give one of them.");
        }
        if (name != null && !name.matches("\\S[^\\p{Cntrl}]*")) {
            throw usage("--name is blank or holds a line break; give a word.");
        }
        if (count < 0) {
            throw usage("--count is " + count + "; give 1 or more.");
        }
        if (interval != null && interval.compareTo(Duration.ofMillis(100)) < 0) {
            throw usage("--interval is below 100ms; looking so often would change what is seen.");
        }
        String place = String.valueOf(target);
        if (alerts != null) {
            Watch.Watched watched = new Watch.Watched(place, Optional.ofNullable(name), Optional.ofNullable(role));
            List<Path> files = new Watch().alerts(watched, alerts).files();
            files.forEach(file -> out().println(file));
        } else if (prometheus != null) {
            export(place, address(prometheus));
        } else {
            watch(new Watch.Request(place, interval == null ? PAGE : interval, count));
        }
        return Main.ANSWERED;
    }

    private Watch.Address address(String text) {
        Matcher form = ADDRESS.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > PORTS) {
            throw usage("--prometheus " + text + " is no address; write 9121 or 0.0.0.0:9121.");
        }
        String host = form.group(1) == null || form.group(1).isEmpty() ? "127.0.0.1" : form.group(1);
        return new Watch.Address(host.replaceAll("[\\[\\]]", ""), Integer.parseInt(form.group(2)));
    }

    private void export(String uri, Watch.Address address) {
        Watch.Request request = new Watch.Request(uri, interval == null ? EXPORT : interval, count);
        new Watch().export(request, Optional.ofNullable(name), address, url -> {
            out().println("Figures for Prometheus are at " + url + ". Ctrl-C ends it.");
            out().flush();
        });
    }

    private void watch(Watch.Request request) {
        if (json || !screen.terminal()) {
            new Watch().run(request, view -> {
                out().println(json ? document(view) : WatchPage.line(view));
                out().flush();
            });
            return;
        }
        TerminalSize begun = new TerminalSize(screen.width(), Integer.getInteger("keywright.lines", USUAL_LINES));
        try (WholeScreen whole = WholeScreen.take(out())) {
            new Watch().run(request, view -> {
                TerminalSize size = begun.now();
                // One column less: what clears the rest of a line would take the last sign of a full one.
                int width = Math.max(Screen.NARROWEST, Math.min(Screen.WIDEST, size.columns())) - 1;
                whole.show(WatchPage.lines(view, width, size.lines() - 1, screen.style(), ZoneId.systemDefault()));
            });
        }
    }

    /** One line: no text of JSON has a line break in it that is not written as two characters. */
    private static String document(View view) {
        return Json.pretty("keywright.watch/1", view).replaceAll("\\n\\s*", "");
    }
}
