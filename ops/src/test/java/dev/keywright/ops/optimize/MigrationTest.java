package dev.keywright.ops.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.connection.Connection;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.ToolProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {

    private static final int KEYS = 3_000;

    @TempDir
    private Path folder;

    @Test
    void everyKeyIsThereWhileTheMoverRunsAndAfterItWasKilledAndRunAgain() throws Exception {
        Plan plan = plan("visits:{n}");
        Map<String, String> files = Migration.of(plan);
        assertThat(files).containsOnlyKeys("migration/VisitsBuckets.java");
        compile(files.get("migration/VisitsBuckets.java"));
        try (Standalone server = Standalone.start();
                Wire wire = Data.wire(server);
                Connection connection = Connection.open(server.uri());
                URLClassLoader loader =
                        new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            for (int i = 0; i < KEYS; i++) {
                wire.ask("SET", "visits:" + i, "v" + i);
            }
            wire.ask("SET", "visits:12:other", "mine");
            wire.ask("SET", "visits:9999999", "soon", "EX", "1000");

            Process mover = mover(server.uri(), 500);
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> buckets(wire) >= 3);
            mover.destroyForcibly().waitFor();
            assertThat(Integer.parseInt(wire.ask("DBSIZE")))
                    .as("it was in the middle")
                    .isGreaterThan(KEYS / 10);

            Class<?> type = loader.loadClass("migration.VisitsBuckets");
            Object visits = type.getConstructor(Connection.class).newInstance(connection);
            Method get = type.getMethod("get", String.class);
            for (int i = 0; i < KEYS; i++) {
                assertThat(get.invoke(visits, "visits:" + i)).isEqualTo(Optional.of("v" + i));
            }
            type.getMethod("set", String.class, String.class).invoke(visits, "visits:17", "new");
            assertThat(type.getMethod("remove", String.class).invoke(visits, "visits:18"))
                    .isEqualTo(true);

            assertThat(mover(server.uri(), 100_000).waitFor()).isZero();
            assertThat(get.invoke(visits, "visits:17")).isEqualTo(Optional.of("new"));
            assertThat(get.invoke(visits, "visits:18")).isEqualTo(Optional.empty());
            for (int i = 19; i < KEYS; i++) {
                assertThat(get.invoke(visits, "visits:" + i)).isEqualTo(Optional.of("v" + i));
                assertThat(wire.ask("EXISTS", "visits:" + i)).isEqualTo("0");
            }
            assertThat(wire.ask("GET", "visits:12:other")).isEqualTo("mine");
            assertThat(wire.ask("GET", "visits:9999999")).isEqualTo("soon");
            assertThat(wire.ask("DBSIZE")).isEqualTo("32"); // those two, and the first hash has all below 100
        }
    }

    private static long buckets(Wire wire) throws IOException {
        return Long.parseLong(wire.ask("EVAL", "return #redis.call('KEYS', '*~')", "0"));
    }

    private void compile(String text) throws IOException {
        Path source = folder.resolve("VisitsBuckets.java");
        Files.writeString(source, text);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-Xlint:all",
                        "-Xlint:-path,-classfile,-processing,-options",
                        "-Werror",
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(status).isZero();
    }

    private Process mover(String uri, int perSecond) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        folder + ":" + System.getProperty("java.class.path"),
                        "migration.VisitsBuckets",
                        uri,
                        Integer.toString(perSecond)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Plan plan(String pattern) {
        return new Plan(
                "test",
                "2026-01-01T00:00:00Z",
                false,
                new Plan.Sample(1, KEYS),
                "redis 7.0.15 libc",
                new Plan.Base(Map.of(), 0, 0, 0),
                List.of(),
                List.of(new Plan.Remodelling(
                        "bucketed-hash", pattern, KEYS, KEYS, 90, 10, 240_000, Price.NONE, "", "")),
                Optional.empty(),
                List.of(),
                List.of());
    }
}
