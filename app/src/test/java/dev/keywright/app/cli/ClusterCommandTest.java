package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Cluster;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ClusterCommandTest {

    private static final String PASSWORD = "s3cret-of-the-cluster";

    /** One in the last slot of each master, which is the first to be given away. */
    private static final List<String> KEYS = List.of(keyOf(16_384 / 3 - 1), keyOf(16_384 * 2 / 3 - 1), keyOf(16_383));

    private static Cluster cluster;

    private static String keyOf(int slot) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "key:" + i)
                .filter(key -> Cluster.slotOf(key) == slot)
                .findFirst()
                .orElseThrow();
    }

    @BeforeAll
    static void start() {
        cluster = Cluster.start(3, ServerOptions.DEFAULTS.withDirective("requirepass", PASSWORD));
        KEYS.forEach(key -> cluster.command("SET", key, "1"));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String uri() {
        return cluster.nodes().get(0).uri();
    }

    private static Call call(boolean terminal, String in, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = ClusterCommand.with(
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), new Screen(terminal, 100, false))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true));
        int status = line.execute(args);
        line.getOut().flush();
        return new Call(status, out.toString(), err.toString());
    }

    @Test
    void checkShowsMastersAndFindingsAndNoPassword() {
        Call call = call(false, "", "check", uri());
        assertThat(call.status()).isZero();
        assertThat(call.out())
                .contains("16384 of 16384 slots served", "replicas", "[master-alone]", "fix: ")
                .doesNotContain(PASSWORD);
        Call json = call(false, "", "check", "--json", uri());
        assertThat(json.out())
                .contains("\"schema\": \"keywright.cluster-check/1\"", "\"covered\": 16384", "\"master-alone\"")
                .doesNotContain(PASSWORD);
    }

    @Test
    void aLostSlotIsExitStatus4AndNoPlanIsMade() {
        Standalone owner = cluster.ownerOf(5);
        owner.command("CLUSTER", "DELSLOTS", "5");
        try {
            assertThat(call(false, "", "check", uri()).status()).isEqualTo(Main.UNPROVEN);
            Call plan = call(false, "", "plan", uri(), "--rebalance");
            assertThat(plan.status()).isEqualTo(Main.REFUSED);
            assertThat(plan.err()).contains("served by no master");
        } finally {
            owner.command("CLUSTER", "ADDSLOTS", "5");
            cluster.awaitAgreement();
        }
    }

    @Test
    void aPlanIsShownWrittenAskedForAndApplied(@TempDir Path folder) throws Exception {
        String weights = "127.0.0.1:" + cluster.nodes().get(1).port() + "=1.05";
        Path file = folder.resolve("plan.json");
        Call planned = call(false, "", "plan", uri(), "--rebalance", "--weights", weights, "--out", file.toString());
        assertThat(planned.status()).isZero();
        assertThat(planned.out()).contains("move", "slots then", "measured on");
        assertThat(Files.readString(file)).contains("keywright.cluster-plan/1").doesNotContain(PASSWORD);

        Call declined = call(true, "n\n", "plan", uri(), "--apply", "--plan", file.toString());
        assertThat(declined.status()).isEqualTo(Main.REFUSED);
        assertThat(declined.out()).contains("Apply this plan? [y/N]");

        Call applied = call(false, "", "plan", uri(), "--apply", "--yes", "--plan", file.toString());
        assertThat(applied.status()).isZero();
        assertThat(applied.out()).contains("Done: ").doesNotContain("with 0 keys", PASSWORD);
        assertThat(KEYS).allMatch(key -> cluster.command("GET", key).equals("1"));
        Call again = call(false, "", "plan", uri(), "--rebalance", "--weights", weights, "--apply", "--yes");
        assertThat(again.out()).contains("Nothing to do");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --apply --rebalance         | add --yes
        --rebalance --add=a:1       | Give one of
        --plan=x                    | add --apply
        --replica-of=a:1 --rebalance| give --add
        --by=keys --add=a:1         | give --rebalance
        --by=size --rebalance       | expected slots, keys or memory
        --weights=a:1=-1 --rebalance| 0 or more
        """)
    void whatMakesNoSenseIsAUsageError(String options, String sentence) {
        String[] args = ("plan redis://localhost:1 " + options.strip()).split(" +");
        Call call = call(false, "", args);
        assertThat(call.status()).isEqualTo(Main.USAGE);
        assertThat(call.err()).contains(sentence);
    }
}
