package dev.keywright.app.cli;

import dev.keywright.app.operation.Deploy;
import dev.keywright.app.operation.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright deploy}: the files that run a topology. */
@Command(
        name = "deploy",
        description =
                "Writes the files that run a topology: redis.conf, systemd, Compose, Kubernetes, and how to operate"
                        + " it.",
        customSynopsis = "keywright deploy <dir> --topology <kind> [<options>]",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the files are written",
            "1:such a deployment cannot be, or the folder cannot be used; the reasons are said",
            "2:the arguments make no sense"
        })
final class DeployCommand extends Verb {

    private final Screen screen;

    @Parameters(paramLabel = "<dir>", description = "Where the files go.")
    private Path folder = Path.of("");

    @Option(
            names = "--topology",
            required = true,
            paramLabel = "<kind>",
            description = "standalone, replica, sentinel or cluster.")
    private String topology = "";

    @Option(names = "--name", paramLabel = "<word>", description = "What it is called (default: redis).")
    private @Nullable String name;

    @Option(names = "--shards", paramLabel = "<n>", description = "Primaries that share the keys (cluster: 3).")
    private @Nullable Integer shards;

    @Option(
            names = "--replicas",
            paramLabel = "<n>",
            description = "Copies of each primary (replica and cluster: 1, sentinel: 2).")
    private @Nullable Integer replicas;

    @Option(names = "--sentinels", paramLabel = "<n>", description = "Sentinels (sentinel: 3).")
    private @Nullable Integer sentinels;

    @Option(names = "--port", paramLabel = "<port>", description = "The first server's port (default: 6379).")
    private @Nullable Integer port;

    @Option(
            names = "--maxmemory",
            paramLabel = "<size>",
            description = "What each server may hold, such as 2gb (default: 1gb).")
    private @Nullable String maxmemory;

    @Option(
            names = "--eviction",
            paramLabel = "<policy>",
            description = "What goes when memory is full (default: noeviction).")
    private @Nullable String eviction;

    @Option(
            names = "--persistence",
            paramLabel = "<kind>",
            description = "none, rdb, aof-everysec, aof-always or rdb+aof (default: aof-everysec).")
    private @Nullable String persistence;

    @Option(
            names = "--for",
            paramLabel = "<product>",
            description = "The server program, such as redis-7.4 (default: valkey-8.1, under the BSD licence).")
    private @Nullable String product;

    @Option(
            names = "--silence",
            paramLabel = "<s>",
            description = "Seconds after which a silent primary counts as dead (default: 5).")
    private @Nullable Integer silence;

    @Option(names = "--tls", description = "Clients, replicas and the cluster bus speak TLS.")
    private boolean tls;

    @Option(
            names = "--hosts",
            split = ",",
            paramLabel = "<host>",
            description = "Machines to spread the servers over, separated by commas (default: this machine alone).")
    private List<String> hosts = List.of();

    @Option(names = "--force", description = "Write into a folder that is not empty.")
    private boolean force;

    @Option(names = "--json", description = "Print what was written as one JSON document and nothing else.")
    private boolean json;

    DeployCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Deploy.Result result = new Deploy()
                .run(new Deploy.Request(
                        folder,
                        topology,
                        Optional.ofNullable(name),
                        Optional.ofNullable(shards),
                        Optional.ofNullable(replicas),
                        Optional.ofNullable(sentinels),
                        Optional.ofNullable(port),
                        Optional.ofNullable(maxmemory),
                        Optional.ofNullable(eviction),
                        Optional.ofNullable(persistence),
                        Optional.ofNullable(product),
                        Optional.ofNullable(silence),
                        tls,
                        hosts,
                        force));
        if (json) {
            out().println(Json.pretty("keywright.deploy/1", result));
        } else {
            show(result);
        }
        return Main.ANSWERED;
    }

    private void show(Deploy.Result result) {
        PrintWriter out = out();
        Style style = screen.style();
        out.println(style.bold("written") + "  " + result.files().size() + " files to " + result.folder());
        result.files().forEach(file -> out.println("         " + style.dim(file)));
        out.println(style.bold("next") + "     " + style.code("keywright up " + result.folder())
                + "   starts it on this machine");
        out.println("         OPERATE.md says how to run it on hosts, in containers and on Kubernetes.");
    }
}
