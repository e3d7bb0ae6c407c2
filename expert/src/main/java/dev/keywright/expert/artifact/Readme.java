package dev.keywright.expert.artifact;

import dev.keywright.expert.artifact.Answer.AlternativeLine;
import dev.keywright.expert.artifact.Answer.AssumptionLine;
import dev.keywright.expert.artifact.Answer.FactLine;
import dev.keywright.expert.artifact.Answer.MeasuredLine;
import dev.keywright.expert.artifact.Answer.NeedAnswer;
import dev.keywright.expert.design.Amounts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The page a person reads first: what was asked and understood, the answer in words, figures, files, and what to do next. */
final class Readme {

    /** What the files are, by how their path ends. */
    private static final Map<String, String> FILES = Map.of(
            "design.json",
            "the whole answer for programs",
            "redis.conf",
            "the server's configuration, a reason above each line",
            "OPERATE.md",
            "how to start, drill, scale and back up these servers",
            "deployment.json",
            "the same for programs: keywright up and failover-drill read it",
            "compose.yaml",
            "the servers in containers on one machine",
            "create-cluster.sh",
            "joins the nodes to a cluster, on hosts",
            "pom.xml",
            "a Maven project with the code below",
            DeploymentFiles.FOLDER,
            "what runs the servers on hosts, in containers and in Kubernetes: OPERATE.md there tells how");

    private final StringBuilder page = new StringBuilder();
    private final Answer answer;

    private Readme(Answer answer) {
        this.answer = answer;
    }

    static Artifact of(Answer answer) {
        Readme readme = new Readme(answer);
        readme.write();
        return new Artifact("README.md", readme.page.toString().strip() + "\n");
    }

    private void write() {
        boolean design = answer.kind().equals("design");
        line("# " + (design ? title() : "Answer"));
        line("");
        answer.task().strip().lines().limit(20).forEach(line -> line("> " + line));
        line("");
        if (design) {
            understood();
        }
        line(answer.answer());
        if (design) {
            measured();
        }
        if (answer.artifacts().size() > 1) {
            files();
            next();
        }
    }

    private String title() {
        List<String> titles = answer.needs().stream().map(NeedAnswer::title).toList();
        return titles.isEmpty() ? "Redis design" : String.join(", ", titles.subList(0, Math.min(3, titles.size())));
    }

    private void understood() {
        List<FactLine> facts = answer.understood().facts();
        List<AssumptionLine> assumptions = answer.understood().assumptions();
        if (facts.isEmpty() && assumptions.isEmpty()) {
            return;
        }
        line("What the design rests on; run it again with the option in the last column where I guessed wrong.");
        line("");
        line("| | value | because | change it |");
        line("| --- | ---: | --- | --- |");
        for (FactLine fact : facts) {
            String from = fact.origin().equals("derived") ? "follows from " : "you wrote ";
            row(fact.name(), fact.value(), from + "\"" + cell(fact.from()) + "\"", "");
        }
        for (AssumptionLine assumed : assumptions) {
            row(assumed.name(), assumed.value(), "assumed: " + cell(assumed.why()), "`" + assumed.change() + "`");
        }
        line("");
    }

    private void row(String name, double value, String because, String change) {
        line("| " + words(name) + " | " + amount(name, value) + " | " + because + " | " + change + " |");
    }

    private static String words(String name) {
        return name.replaceAll("_(seconds|bytes|ms)$", "").replace('_', ' ');
    }

    /** The value with the unit that its name ends in. */
    static String amount(String name, double value) {
        if (name.endsWith("_seconds")) {
            return Amounts.seconds(value);
        }
        if (name.endsWith("_bytes")) {
            return Amounts.bytes(value);
        }
        if (name.endsWith("_ms")) {
            return Amounts.plain(value) + " ms";
        }
        if (name.endsWith("_per_second")) {
            return Amounts.plain(value) + " /s";
        }
        return name.endsWith("percent") ? Amounts.plain(value) + " %" : Amounts.plain(value);
    }

    private static String cell(String text) {
        return ServerFiles.oneLine(text).replace("|", "\\|");
    }

    private void measured() {
        boolean any = answer.needs().stream().anyMatch(need -> need.measured().isPresent());
        if (!any) {
            return;
        }
        line("## Measured");
        line("");
        for (NeedAnswer need : answer.needs()) {
            need.measured().ifPresent(own -> {
                line(String.format(
                        Locale.ROOT,
                        "%s, on %s with %s items, by the very commands above.",
                        need.title(),
                        own.server(),
                        Amounts.count((double) own.items())));
                line("");
                line("| layout | encoding | bytes per item | operations/s | p50 | p99 |");
                line("| --- | --- | ---: | ---: | ---: | ---: |");
                figures("**" + own.candidate() + "**", own);
                need.alternatives().stream()
                        .map(AlternativeLine::measured)
                        .flatMap(Optional::stream)
                        .forEach(other -> figures(other.candidate(), other));
                line("");
            });
        }
        line("Figures of this machine and this sample: they compare layouts, they do not promise a speed.");
        line("");
    }

    private void figures(String name, MeasuredLine m) {
        line(String.format(
                Locale.ROOT,
                "| %s | %s | %.0f | %,.0f | %.2f ms | %.2f ms |",
                cell(name),
                cell(m.encoding()),
                m.bytesPerItem(),
                m.opsPerSecond(),
                m.p50Ms(),
                m.p99Ms()));
    }

    private void files() {
        line("## The files here");
        line("");
        for (String path : answer.artifacts()) {
            String name = path.substring(path.lastIndexOf('/', path.length() - 2) + 1);
            String what = FILES.getOrDefault(name, about(path));
            if (!what.isEmpty()) {
                line("- `" + path + "`: " + what);
            }
        }
        line("");
    }

    private static String about(String path) {
        if (path.endsWith(".lua")) {
            return "a script; its header says what goes in and what comes out";
        }
        if (path.endsWith("Test.java")) {
            return "proves what the class promises, on a real Redis";
        }
        boolean helper = path.endsWith("/Race.java") || path.endsWith("/Eventually.java");
        return path.endsWith(".java") && !helper ? "to be copied into your code" : "";
    }

    private void next() {
        line("## Next");
        line("");
        line("```");
        if (answer.artifacts().contains("pom.xml")) {
            line("mvn verify                  # starts a real Redis and runs the tests against it");
        }
        if (answer.artifacts().contains("redis.conf")) {
            line("redis-server redis.conf     # the server as designed");
        }
        line("keywright up .              # these servers on this machine; OPERATE.md says how to run them elsewhere");
        if (answer.server()
                .flatMap(Answer.Server::topology)
                .filter(List.of("sentinel", "cluster")::contains)
                .isPresent()) {
            line("keywright failover-drill .  # kills the primary under load and measures what clients see");
        }
        line("```");
        line("");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
