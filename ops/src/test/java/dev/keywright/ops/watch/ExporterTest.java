package dev.keywright.ops.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.config.Role;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What Prometheus gets, and what is generated for it. */
class ExporterTest {

    private static final Duration OFTEN = Duration.ofMillis(200);
    private static final Pattern NAME = Pattern.compile("keywright_redis_[a-z0-9_]+");
    private static final Pattern METRIC = Pattern.compile("(keywright_redis_[a-z0-9_]+)\\{([^}]*)}");
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=~?\"");
    private static final Pattern GROUPED = Pattern.compile("(?:by|on) ?\\(([a-z, ]+)\\)");
    private static final Pattern SPOKEN = Pattern.compile("\\$labels\\.([a-z]+)");
    private static final Pattern LINE = Pattern.compile(
            "[a-zA-Z_:][a-zA-Z0-9_:]*(\\{([a-z]+=\"(\\\\.|[^\"\\\\])*\",?)*\\})? (-?[0-9.Ee+-]+|NaN|\\+Inf)");

    private static String scrape(Exporter exporter) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(exporter.url()))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Exporter start(String uri) {
        return Exporter.start(Watcher.patient(uri), "shop", "127.0.0.1", 0, OFTEN, sample -> {});
    }

    @Test
    void exportsWhatTheServerSaysInTheTextFormat() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS
                        .withDirective("maxmemory", "50mb")
                        .withDirective("maxmemory-policy", "allkeys-lru"));
                Exporter exporter = start(server.uri())) {
            server.command("SET", "key", "value");
            String labels = "{deployment=\"shop\",node=\"127.0.0.1:" + server.port() + "\",";
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(scrape(exporter))
                            .contains(
                                    "keywright_redis_up" + labels + "role=\"master\",shard=\"0\"} 1.0",
                                    "keywright_redis_memory_max_bytes" + labels
                                            + "policy=\"allkeys-lru\",role=\"master\",shard=\"0\"} 5.24288E7",
                                    "keywright_redis_keys_evicted_total" + labels + "policy=\"allkeys-lru\"",
                                    "keywright_redis_keys{db=\"db0\",deployment=",
                                    "keywright_redis_command_seconds_count{command=\"set\",deployment=",
                                    "keywright_redis_command_seconds{command=\"set\",deployment=",
                                    "quantile=\"0.99\"",
                                    "# TYPE keywright_redis_keys_evicted_total counter"));
            assertThat(scrape(exporter).lines().filter(line -> !line.startsWith("#")))
                    .allSatisfy(line -> assertThat(line).matches(LINE));
        }
    }

    @Test
    void aScrapeDoesNotWaitForAServerThatHangs() {
        try (Standalone server = Standalone.start();
                FaultProxy proxy = FaultProxy.to(server);
                Exporter exporter = start(proxy.uri())) {
            assertThat(value(scrape(exporter), "keywright_redis_up")).isEqualTo("1.0");
            proxy.dropReplies(true);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(value(scrape(exporter), "keywright_redis_up"))
                            .isEqualTo("0.0"));
            long begun = System.nanoTime();
            String last = scrape(exporter);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
            assertThat(Double.parseDouble(value(last, "keywright_redis_memory_used_bytes")))
                    .isPositive();
            assertThat(Double.parseDouble(value(last, "keywright_redis_answer_age_seconds")))
                    .isPositive();
            proxy.dropReplies(false);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(value(scrape(exporter), "keywright_redis_up"))
                            .isEqualTo("1.0"));
        }
    }

    private static String value(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("");
    }

    @Test
    void beginsBeforeTheServerDoes() {
        String nobody;
        try (Standalone server = Standalone.start()) {
            nobody = server.uri();
        }
        try (Exporter exporter = start(nobody)) {
            assertThat(scrape(exporter)).contains("role=\"unknown\"").doesNotContain("memory_used_bytes");
        }
    }

    @Test
    void saysWhenThePortIsTaken() {
        try (Standalone server = Standalone.start();
                Watcher watcher = Watcher.open(server.uri())) {
            assertThatThrownBy(() -> Exporter.start(watcher, "shop", "127.0.0.1", server.port(), OFTEN, sample -> {}))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("127.0.0.1:" + server.port())
                    .hasMessageContaining("--prometheus");
        }
    }

    @Test
    void alertsAndDashboardNameOnlyWhatIsExported() throws IOException {
        String scraped;
        try (Cluster cluster = Cluster.start(3, 1, ServerOptions.DEFAULTS.withDirective("appendonly", "yes"));
                Exporter exporter = start(cluster.uri())) {
            assertThatThrownBy(() -> cluster.nodes().get(0).command("NONSENSE")).isInstanceOf(ServerException.class);
            cluster.command("SET", "key", "value");
            scraped = await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> scrape(exporter),
                            text -> Stream.of("errors_total{", "keys{", "replica_lag_bytes{")
                                    .allMatch(name -> text.contains("\nkeywright_redis_" + name)));
        }
        Set<String> exported = names(scraped);
        Map<String, Set<String>> labels = labels(scraped);
        Set<String> described =
                Exporter.described().stream().map(Exporter.Described::name).collect(Collectors.toSet());
        assertThat(exported.stream().map(name -> name.replaceFirst("(?<=command_seconds)_(count|sum)$", "")))
                .isSubsetOf(described);
        for (WatchedDesign design : designs()) {
            String yaml = AlertRules.yaml(design);
            String json = Dashboard.json(design);
            assertThat(exported).containsAll(names(yaml)).containsAll(names(json));
            assertThat(names(yaml)).hasSizeGreaterThan(15);
            JsonNode dashboard = new ObjectMapper().readTree(json);
            assertThat(dashboard.get("panels").size()).isGreaterThan(12);
            Map<?, ?> rules = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
            alerts(rules).forEach(alert -> makesSense(alert, labels, design));
            assertThat(yaml).doesNotContain("memory_max_bytes)");
        }
    }

    private static List<Map<?, ?>> alerts(Map<?, ?> rules) {
        return ((List<?>) rules.get("groups"))
                .stream()
                        .flatMap(group -> ((List<?>) ((Map<?, ?>) group).get("rules")).stream())
                        .<Map<?, ?>>map(rule -> (Map<?, ?>) rule)
                        .toList();
    }

    /** The labels of each metric of a scrape. */
    private static Map<String, Set<String>> labels(String scraped) {
        Map<String, Set<String>> labels = new HashMap<>();
        scraped.lines().filter(line -> line.startsWith("keywright_")).forEach(line -> {
            int brace = line.indexOf('{');
            labels.computeIfAbsent(line.substring(0, brace), name -> new TreeSet<>())
                    .addAll(found(LABEL, line.substring(brace)));
        });
        return labels;
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    /** Each metric is held to the deployment, every label that is named is there, and what is set against each other matches. */
    private static void makesSense(Map<?, ?> alert, Map<String, Set<String>> labels, WatchedDesign design) {
        String expression = alert.get("expr").toString();
        assertThat(((Map<?, ?>) alert.get("labels")).get("deployment")).isEqualTo(design.name());
        Set<Set<String>> shapes = new HashSet<>();
        Set<String> known = new TreeSet<>();
        Matcher metric = METRIC.matcher(expression);
        while (metric.find()) {
            Set<String> own = labels.get(metric.group(1));
            assertThat(metric.group(2)).as(expression).startsWith("deployment=\"" + design.name() + "\"");
            assertThat(own).as(expression).containsAll(found(LABEL, metric.group(2)));
            shapes.add(own);
            known.addAll(own);
        }
        assertThat(expression.chars().filter(sign -> sign == '(').count())
                .as(expression)
                .isEqualTo(expression.chars().filter(sign -> sign == ')').count());
        found(GROUPED, expression)
                .forEach(group -> assertThat(Set.of(group.split(", ")))
                        .as(expression)
                        .allMatch(label -> label.equals("instance") || known.contains(label)));
        boolean aggregated = expression.matches(".*\\b(sum|count|max|avg|absent|on) ?(by )?\\(.*");
        assertThat(aggregated || shapes.size() == 1)
                .as("figures with different labels find no partner: " + expression)
                .isTrue();
        Set<String> left = found(GROUPED, expression).isEmpty() || expression.contains(" on(")
                ? known
                : Set.of(found(GROUPED, expression).get(0).split(", "));
        assertThat(aggregated && found(GROUPED, expression).isEmpty() ? Set.<String>of() : left)
                .as("what the sentence names is left by " + expression)
                .containsAll(found(SPOKEN, alert.get("annotations").toString()));
    }

    @Test
    void twoDeploymentsInOnePrometheusAreKeptApart() {
        WatchedDesign shop = designs().get(1).named("the \"shop\"");
        assertThat(AlertRules.yaml(shop))
                .contains("keywright_redis_up{deployment=\"the \\\"shop\\\"\"} == 0")
                .contains("absent(keywright_redis_up{deployment=");
        assertThat(Dashboard.json(shop.named("shop")))
                .contains("label_values(keywright_redis_up{deployment=\\\"shop\\\"}, node)")
                .contains("keywright_redis_clients{deployment=\\\"shop\\\", node=~");
        assertThat(Metric.of("a", "keywright_redis_clients / (keywright_redis_clients_max > 0)"))
                .isEqualTo(
                        "keywright_redis_clients{deployment=\"a\"} / (keywright_redis_clients_max{deployment=\"a\"} >"
                                + " 0)");
    }

    private static List<WatchedDesign> designs() {
        return List.of(
                new WatchedDesign(
                        "sessions",
                        "cluster",
                        Role.STORE,
                        3,
                        1,
                        OptionalLong.of(1L << 30),
                        OptionalDouble.of(20_000),
                        true,
                        true),
                new WatchedDesign(
                        "cache",
                        "standalone",
                        Role.CACHE,
                        1,
                        0,
                        OptionalLong.empty(),
                        OptionalDouble.empty(),
                        false,
                        false),
                new WatchedDesign(
                        "jobs",
                        "sentinel",
                        Role.QUEUE,
                        1,
                        2,
                        OptionalLong.of(1L << 28),
                        OptionalDouble.of(500),
                        true,
                        false));
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text.replaceAll("(?m)^#.*", ""))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void limitsComeFromTheDesign() {
        List<WatchedDesign> designs = designs();
        assertThat(AlertRules.yaml(designs.get(0)))
                .contains(
                        "!= 1073741824",
                        "> 24000",
                        "RedisSlotsUnserved",
                        "RedisReplicaMissing",
                        "RedisEvictsData",
                        "< 6")
                .doesNotContain("RedisTwoMasters", "RedisCacheMisses");
        assertThat(AlertRules.yaml(designs.get(1)))
                .contains("RedisCacheMisses", "RedisUnlimited")
                .doesNotContain("RedisReplica", "RedisSnapshot", "RedisEvictsData", "RedisAboveDesign");
        assertThat(AlertRules.yaml(designs.get(2)))
                .contains("RedisTwoMasters", "RedisSnapshotOld")
                .doesNotContain("RedisLogOff");
    }
}
