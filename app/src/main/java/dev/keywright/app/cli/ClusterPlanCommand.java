package dev.keywright.app.cli;

import dev.keywright.app.operation.Json;
import dev.keywright.app.operation.PlanCluster;
import dev.keywright.ops.cluster.ClusterPlan;
import dev.keywright.ops.cluster.PlanWish;
import dev.keywright.ops.cluster.Resharding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code keywright cluster plan}: what a change of a cluster would do, and with {@code --apply} does it. */
@Command(
        name = "plan",
        description =
                "Shows which slots would move to add or remove nodes or to spread slots evenly; --apply moves them"
                        + " while clients go on.",
        customSynopsis = {
            "keywright cluster plan <uri> --add <host:port>[,...] [--replica-of <node>] [<options>]",
            "keywright cluster plan <uri> --remove <node>[,...] [<options>]",
            "keywright cluster plan <uri> --rebalance [--by slots|keys|memory] [<options>]",
            "keywright cluster plan <uri> --apply --plan <file> [--yes]"
        },
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:planned, or applied",
            "1:something went wrong; applying again goes on from there",
            "2:the arguments make no sense",
            "3:refused, because the cluster is not healthy, or not confirmed"
        })
final class ClusterPlanCommand extends Verb {

    private final InputStream in;
    private final Screen screen;

    @Parameters(paramLabel = "<uri>", description = "Any node, such as redis://10.0.0.7:6379.")
    private String uri = "";

    @Option(
            names = "--add",
            split = ",",
            paramLabel = "<host:port>",
            description = "Empty nodes in cluster mode that become masters with their share of slots.")
    private List<String> add = List.of();

    @Option(
            names = "--replica-of",
            paramLabel = "<node>",
            description = "The added nodes become replicas of this master instead.")
    private @Nullable String replicaOf;

    @Option(
            names = "--remove",
            split = ",",
            paramLabel = "<node>",
            description = "Nodes, by host:port or id, that give up their slots and leave.")
    private List<String> remove = List.of();

    @Option(names = "--rebalance", description = "Spread over all masters with the fewest moves, within 2 %%.")
    private boolean rebalance;

    @Option(
            names = "--by",
            paramLabel = "<slots|keys|memory>",
            converter = ByConverter.class,
            description = "What is spread evenly (default: slots).")
    private PlanWish.@Nullable By by;

    @Option(
            names = "--weights",
            split = ",",
            paramLabel = "<node=weight>",
            description =
                    "How much a master should hold compared with the others; 1 where nothing is said, 0 for none.")
    private Map<String, Double> weights = Map.of();

    @Option(names = "--out", paramLabel = "<file>", description = "Write the plan to this file.")
    private @Nullable Path file;

    @Option(names = "--plan", paramLabel = "<file>", description = "Apply the plan of this file.")
    private @Nullable Path plan;

    @Option(names = "--apply", description = "Do it, after showing the plan and asking.")
    private boolean apply;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    ClusterPlanCommand(InputStream in, Screen screen) {
        this.in = in;
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        PlanCluster operation = new PlanCluster();
        check();
        ClusterPlan wanted = plan == null ? planned(operation) : operation.read(plan);
        if (json && !apply) {
            out().println(Json.pretty(ClusterPlan.SCHEMA, wanted));
        } else if (!json) {
            out().print(ClusterPage.plan(wanted, screen.style()));
        }
        if (wanted.isRefused()) {
            wanted.refusals().forEach(reason -> err().println("keywright: " + Secrets.hidden(reason)));
            return Main.REFUSED;
        }
        if (!apply || wanted.changesNothing()) {
            return Main.ANSWERED;
        }
        if (!yes && !confirmed()) {
            err().println("keywright: Not confirmed; nothing was changed.");
            return Main.REFUSED;
        }
        return applied(operation, wanted);
    }

    private void check() {
        int wishes =
                (add.isEmpty() ? 0 : 1) + (remove.isEmpty() ? 0 : 1) + (rebalance ? 1 : 0) + (plan == null ? 0 : 1);
        if (wishes != 1) {
            throw usage("Give one of --add, --remove, --rebalance and --plan.");
        }
        if (plan != null && !apply) {
            throw usage("--plan names a plan to apply; add --apply.");
        }
        if (plan != null && file != null) {
            throw usage("--out writes a new plan and --plan reads one; leave one out.");
        }
        if (replicaOf != null && add.isEmpty()) {
            throw usage("--replica-of says what added nodes become; give --add.");
        }
        if (by != null && !rebalance) {
            throw usage("--by says what is spread evenly; give --rebalance.");
        }
        if (weights.values().stream().anyMatch(weight -> !(weight >= 0 && weight < Double.POSITIVE_INFINITY))) {
            throw usage("--weights takes numbers of 0 or more.");
        }
        if (apply && !yes && (!screen.terminal() || json)) {
            throw usage("--apply asks before it changes anything and there is no terminal to ask on; add --yes.");
        }
    }

    private ClusterPlan planned(PlanCluster operation) {
        PlanWish wish = new PlanWish(
                add, Optional.ofNullable(replicaOf), remove, rebalance, by == null ? PlanWish.By.SLOTS : by, weights);
        try (Progress progress = new Progress(err(), screen.progress())) {
            return operation
                    .run(new PlanCluster.Request(uri, wish, Optional.ofNullable(file)), progress)
                    .plan();
        }
    }

    private boolean confirmed() throws IOException {
        out().print("Apply this plan? [y/N] ");
        out().flush();
        String answer = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    private int applied(PlanCluster operation, ClusterPlan wanted) {
        PlanCluster.Applied done;
        try (Progress progress = new Progress(err(), screen.progress())) {
            done = operation.apply(uri, wanted, advance -> progress.accept(words(advance)));
        }
        if (json) {
            out().println(Json.pretty("keywright.cluster-apply/1", done));
        } else {
            out().println(String.format(
                    Locale.ROOT,
                    "Done: %,d slots with %,d keys (%s) moved in %.1f s.",
                    done.slots(),
                    done.keys(),
                    ClusterPage.bytes(done.bytes()),
                    done.seconds()));
        }
        return Main.ANSWERED;
    }

    private static String words(Resharding.Advance advance) {
        double seconds = Math.max(0.001, advance.elapsed().toMillis() / 1e3);
        return String.format(
                Locale.ROOT,
                "%,d of %,d slots, %,d keys, %.0f keys/s, %s/s, %d s left",
                advance.slots(),
                advance.all(),
                advance.keys(),
                advance.keys() / seconds,
                ClusterPage.bytes(Math.round(advance.bytes() / seconds)),
                advance.left().toSeconds());
    }

    /** Reads slots, keys and memory. */
    static final class ByConverter implements ITypeConverter<PlanWish.By> {
        @Override
        public PlanWish.By convert(String text) {
            try {
                return PlanWish.By.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("expected slots, keys or memory but was '" + text + "'");
            }
        }
    }
}
