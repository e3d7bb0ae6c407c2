package dev.keywright.expert.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProjectTest {

    @Test
    void everyPatternHasAClassAndATest() {
        for (String pattern : SampleDesigns.patterns()) {
            List<Artifact> files = SampleDesigns.output(List.of(pattern)).files();

            assertThat(files).extracting(Artifact::path).as(pattern).contains("README.md", "redis.conf", "pom.xml");
            assertThat(files)
                    .as(pattern)
                    .anyMatch(file -> file.path().startsWith("src/main/java/"))
                    .anyMatch(file -> file.path().startsWith("src/test/java/")
                            && file.path().endsWith("Test.java"));
            assertThat(files)
                    .filteredOn(file -> !file.path().startsWith("deploy/"))
                    .as(pattern)
                    .allSatisfy(file -> assertThat(file.text())
                            .as(file.path())
                            .doesNotContain("${")
                            .endsWith("\n"));
        }
    }

    /** Each in a package of its own, so that one run of the compiler does for all of them. */
    @Test
    void everythingWrittenCompilesWithoutAWarning(@TempDir Path classes) throws IOException {
        List<Output> projects = new ArrayList<>();
        for (String pattern : List.of("followers", "token-bucket", "rate-limit-sliding-log")) {
            projects.add(SampleDesigns.output(List.of(pattern)));
        }
        projects.add(SampleDesigns.output(List.of("unique-count", "time-series"), "exact", "out-of-order"));
        projects.add(SampleDesigns.output(List.of("lock"), "leader-election"));
        for (List<String> form : SampleDesigns.FORMS.values()) {
            projects.add(SampleDesigns.output(form.subList(0, 1), form.get(1)));
        }
        projects.add(SampleDesigns.output(List.of("stream-consumer-group"), "key-order", "cluster-named"));
        projects.add(SampleDesigns.output(SampleDesigns.patterns(), "cluster-named"));
        projects.add(new Writer()
                .write(SampleDesigns.choice(
                        SampleDesigns.patterns(),
                        Set.of(),
                        Map.of(
                                "ttl_seconds",
                                0.25,
                                "limit",
                                1e12,
                                "retries",
                                1e9,
                                "top_n",
                                0.0,
                                "history",
                                1e9,
                                "block_seconds",
                                900.0))));
        List<JavaFileObject> sources = new ArrayList<>();
        for (int i = 0; i < projects.size(); i++) {
            String own = JavaProject.PACKAGE + i;
            projects.get(i).files().stream()
                    .filter(file -> file.path().endsWith(".java"))
                    .forEach(file -> sources.add(new Source(
                            own + file.path().substring(file.path().lastIndexOf('/')),
                            file.text().replace(JavaProject.PACKAGE, own))));
        }

        assertThat(compile(sources, classes)).isEmpty();
    }

    @Test
    void severalNeedsBecomeSeveralClassesInOneProject() {
        List<String> paths = SampleDesigns.output(List.of("leaderboard", "lock", "token-bucket")).files().stream()
                .map(Artifact::path)
                .toList();

        assertThat(paths)
                .contains(
                        "src/main/java/com/example/redis/Leaderboard.java",
                        "src/main/java/com/example/redis/ExclusiveWork.java",
                        "src/main/java/com/example/redis/RequestLimit.java",
                        "lua/best-score.lua",
                        "lua/lock/acquire.lua",
                        "lua/token-bucket.lua")
                .containsOnlyOnce("pom.xml");
    }

    @Test
    void whatSeveralNodesShallSellIsSplitBetweenThem() {
        Map<String, Double> many = Map.of("stock", 5_000.0, "shards", 4.0);

        assertThat(cells(Set.of("cluster-named"), many)).contains("CELLS = 8;");
        assertThat(cells(Set.of("cluster-named"), Map.of("stock", 25.0))).contains("CELLS = 1;");
        assertThat(cells(Set.of(), Map.of("stock", 5_000.0))).contains("CELLS = 1;");
    }

    private static String cells(Set<String> traits, Map<String, Double> quantities) {
        return new Writer()
                .write(SampleDesigns.choice(List.of("inventory-reservation"), traits, quantities)).files().stream()
                        .filter(file -> file.path().endsWith("StockReservations.java"))
                        .findFirst()
                        .orElseThrow()
                        .text();
    }

    @Test
    void theAnswerNamesItsFilesThePageFirstAndTheDocumentSecond() {
        Output output = SampleDesigns.output(List.of("leaderboard"));

        assertThat(output.answer().artifacts()).startsWith("README.md", "design.json", "redis.conf");
        assertThat(output.answer().artifacts())
                .containsAll(output.files().stream()
                        .map(file -> file.path().replaceFirst("^deploy/.*", "deploy/"))
                        .toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void thePagesOfAllDesignsNeverUseWhatTheServerHasDeprecated() {
        for (String pattern : SampleDesigns.patterns()) {
            for (Artifact file : SampleDesigns.output(List.of(pattern)).files()) {
                if (file.path().endsWith(".java") || file.path().endsWith(".lua")) {
                    assertThat(file.text().toLowerCase(Locale.ROOT))
                            .as(pattern + " " + file.path())
                            .doesNotContainPattern("\\b(setex|psetex|brpoplpush|rpoplpush|zrevrange|zrangebyscore|"
                                    + "zrangebylex|georadius|hmset|getset)\\b");
                }
            }
        }
    }

    private static String compile(List<JavaFileObject> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            List<Path> path = Stream.of(
                            System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                    .map(Path::of)
                    .toList();
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, path);
            List<String> options = List.of(
                    "--release", "17", "-proc:none", "-Xlint:all,-try,-classfile,-path,-options,-serial", "-Werror");
            compiler.getTask(messages, files, null, options, null, sources).call();
        }
        return messages.toString();
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
