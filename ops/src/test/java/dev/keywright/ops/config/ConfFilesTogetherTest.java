package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.Finding;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What files of one deployment say of each other. */
class ConfFilesTogetherTest {

    private static final Linter LINTER = new Linter(Linter.Options.DEFAULTS);

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text.replace("|", "\n") + "\n");
    }

    private static List<String> ids(LintReport report) {
        return report.findings().stream().map(Finding::id).toList();
    }

    /** Files are separated by a double bar, lines by a bar. */
    private LintReport relations(String files) throws IOException {
        List<Path> paths = new ArrayList<>();
        for (String text : files.split("\\|\\|")) {
            paths.add(write("file-" + paths.size() + (text.startsWith("user ") ? ".acl" : ".conf"), text));
        }
        return LINTER.relations(paths);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "requirepass a|bind 10.0.0.1||replicaof 10.0.0.1 6379; replica-cannot-log-in",
                "requirepass a|bind 10.0.0.1||replicaof 10.0.0.1 6379|masterauth b; replica-cannot-log-in",
                "bind 10.0.0.1||replicaof 10.0.0.1 6379|masterauth b; replica-cannot-log-in",
                "bind 10.0.0.1|user repl on >x +psync||replicaof 10.0.0.1 6379|masterauth b|masteruser repl;"
                        + " replica-cannot-log-in",
                "requirepass a|bind 10.0.0.1||replicaof 10.0.0.1 6379|masterauth a|requirepass c; master-cannot-return",
                "bind 127.0.0.1||replicaof 10.0.0.1 6379; master-only-local",
                "port 0|tls-port 6379||replicaof 10.0.0.1 6379; tls-differs-between-servers",
                "min-replicas-to-write 2||replicaof 10.0.0.1 6379; min-replicas-not-there",
                "bind 127.0.0.1|dir /data||bind 127.0.0.1|port 6380|dir /data; servers-share-files",
                "cluster-enabled yes||cluster-enabled yes||port 6379; cluster-mixed",
                "rename-command KEYS ``||replicaof 10.0.0.1 6379; renamed-differently",
                "port 6379||user ann on >x ~a +get; users-file-unused",
                "requirepass a||sentinel monitor m 10.0.0.1 6379 2|sentinel auth-pass m b; sentinel-cannot-log-in",
                "requirepass a||sentinel monitor m 10.0.0.1 6379 2; sentinel-cannot-log-in",
                "port 6379||sentinel monitor m 10.0.0.1 6380 2; sentinel-watches-nobody",
                "bind 10.0.0.2|replicaof 10.0.0.1 6379||sentinel monitor m 10.0.0.2 6379 2; sentinel-watches-replica",
                "rename-command CONFIG ``||sentinel monitor m 10.0.0.1 6379 2; sentinel-needs-command",
                "sentinel monitor m 10.0.0.1 6379 2||sentinel monitor m 10.0.0.1 6379 3; sentinels-disagree",
                "sentinel monitor m 10.0.0.1 6379 2||sentinel monitor m 10.0.0.1 6379 2; sentinel-set",
                "maxmemory 2gb||replicaof 10.0.0.1 6379|maxmemory 1gb; replica-smaller-than-master",
                "port 6379||replicaof 10.0.0.1 6379|replica-priority 0; no-replica-to-promote",
                "maxmemory-policy allkeys-lru||replicaof 10.0.0.1 6379; nodes-set-differently",
            })
    void finds(String files, String rule) throws IOException {
        LintReport report = relations(files.replace("``", "\"\""));
        assertThat(ids(report)).contains(rule);
        assertThat(report.findings())
                .allSatisfy(finding -> assertThat(finding.fix()).isNotBlank());
    }

    @Test
    void filesThatFitSayNothingOfEachOther() throws IOException {
        LintReport report =
                relations("bind 127.0.0.1 10.0.0.1|dir /data|requirepass a|masterauth a|min-replicas-to-write 1||"
                        + "bind 127.0.0.1 10.0.0.2|dir /data|requirepass a|masterauth a|replicaof 10.0.0.1 6379"
                        + "|min-replicas-to-write 1||"
                        + "sentinel monitor m 10.0.0.1 6379 2|sentinel auth-pass m a||"
                        + "sentinel monitor m 10.0.0.1 6379 2|sentinel auth-pass m a||"
                        + "sentinel monitor m 10.0.0.1 6379 2|sentinel auth-pass m a");
        assertThat(report.findings()).isEmpty();
    }

    @Test
    void aUserOfAnAclFileLogsInByItsHash() throws IOException {
        String hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
        write("users.acl", "user default off|user repl on #" + hash + " +psync +replconf +ping");
        write("redis.conf", "bind 10.0.0.1|aclfile /etc/redis/users.acl");
        write("replica.conf", "bind 10.0.0.2|replicaof 10.0.0.1 6379|masteruser repl|masterauth x");
        assertThat(ids(LINTER.relations(ConfFolder.files(folder))))
                .doesNotContain("replica-cannot-log-in", "users-file-unused");
        write("replica.conf", "bind 10.0.0.2|replicaof 10.0.0.1 6379|masteruser repl|masterauth y");
        LintReport report = LINTER.relations(ConfFolder.files(folder));
        assertThat(ids(report)).contains("replica-cannot-log-in");
        assertThat(report.toString()).doesNotContain(hash);
    }

    @Test
    void twoSentinelsOfOneIdentityAreFound() throws IOException {
        String me = "|sentinel myid 0123456789012345678901234567890123456789";
        assertThat(ids(relations(
                        "sentinel monitor m 10.0.0.1 6379 2" + me + "||sentinel monitor m 10.0.0.1 6379 2" + me)))
                .contains("sentinel-identity-twice");
    }

    @Test
    void aFolderGivesItsConfFilesAndNothingElse() throws IOException {
        write("redis.conf", "port 6379|include common.conf");
        write("common.conf", "hz 10");
        write("redis.fixed.conf", "port 6379");
        write("node-2/redis.conf", "port 6380");
        write("nginx.conf", "worker_processes 1;|events { }|user nginx;");
        write(
                "nodes.conf",
                "0123456789012345678901234567890123456789 127.0.0.1:7000@17000 myself,master - 0 0 1 connected");
        write("users.acl", "user default off");
        assertThat(ConfFolder.files(folder))
                .extracting(file -> folder.relativize(file).toString())
                .containsExactlyInAnyOrder("redis.conf", "node-2/redis.conf", "users.acl");
        assertThatThrownBy(() -> ConfFolder.files(Files.createDirectory(folder.resolve("empty"))))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("holds no conf file");
    }
}
