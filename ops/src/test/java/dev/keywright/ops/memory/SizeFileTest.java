package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.OpsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeFileTest {

    private static final String EXAMPLE = """
        data:
          sessions:
            type: hash
            keys: 5M
            key: session:{uuid}
            fields: 8
            values: 20-60
            expiring: 100 %
          board:
            type: zset
            keys: 1
            members: 2 million
            member: uuid
          tokens:
            type: string
            keys: 300_000
            value: "90 % 32 | 10 % integers 0-9999"
        server:
          version: valkey-8
          allocator: debian
          masters: 3
          hash-max-listpack-value: 128
        """;

    @Test
    void readsDataAndServers() {
        SizeTask task = SizeFile.read(EXAMPLE, "data.yaml").task();
        assertThat(task.items()).extracting(SizeTask.Item::name).containsExactly("sessions", "board", "tokens");
        DataSet sessions = task.items().get(0).data();
        assertThat(sessions.keys()).isEqualTo(5_000_000);
        assertThat(sessions.names()).isEqualTo(Sizes.of(8 + 36));
        assertThat(sessions.expiringRatio()).isEqualTo(1);
        assertThat(sessions.value())
                .isEqualTo(new Value.Hash(Sizes.of(8), Content.text(10), new Content.Text(new Sizes.Range(20, 60)), 0));
        assertThat(((Value.SortedSet) task.items().get(1).data().value()).members())
                .isEqualTo(Sizes.of(2_000_000));
        assertThat(task.target().masters()).isEqualTo(3);
        assertThat(task.target().profile().version()).isEqualTo(Version.VALKEY_8_0);
        assertThat(task.target().profile().allocator()).isEqualTo(Allocator.JEMALLOC_16);
        assertThat(task.target().profile().limits().hashBytes()).isEqualTo(128);
    }

    @Test
    void whatIsPrintedReadsBackAsTheSame() {
        Description description = SizeFile.read(EXAMPLE, "data.yaml");
        String yaml = SizeFile.text(description);
        assertThat(SizeFile.read(yaml, "again.yaml").task()).isEqualTo(description.task());
        assertThat(yaml).contains("names: 10  # assumed: usual field names");
    }

    @Test
    void aSettingOverrulesWhatWasSaid() {
        Description description = SizeFile.read(EXAMPLE, "data.yaml");
        description.overrule("sessions.fields=12");
        description.overrule("server.version=redis-7.0");
        SizeTask task = description.task();
        assertThat(((Value.Hash) task.items().get(0).data().value()).fields()).isEqualTo(Sizes.of(12));
        assertThat(task.target().profile().version()).isEqualTo(Version.REDIS_7_0);
        assertThatThrownBy(() -> description.overrule("sessions.feilds=3"))
                .hasMessageContaining("Did you mean fields?");
        assertThatThrownBy(() -> description.overrule("carts.fields=3")).hasMessageContaining("parts are sessions");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        dta:/  a: 1                                     | data.yaml:1: dta is not known. Did you mean data?
        data:/  a:/    type: hash/    feilds: 8         | data.yaml:4: a has no field feilds. Did you mean fields?
        data:/  a:/    type: hashh                      | data.yaml:3: a has the type hashh
        data:/  a:/    type: string/    keys: many/    value: 1 | data.yaml:4: a.keys: "many" is no number
        data:/  a:/    type: string/    keys: 1/    value: 9-3  | ends before it begins
        data:/  a:/    type: string/    keys: 1/    value: 50 % 3 | add up to 100 %
        data:/  a:/    type: string/    keys: 1          | value of a is not said
        data:/  a:/    type: set/    keys: 1/    members: [1] | data.yaml:5: members is one value
        data:/  a:/    type: [                           | data.yaml:
        data:/  server:/    type: string                 | data cannot be called server
        data:/  a:/    type: string/    keys: 1/    value: 1/server:/  version: redis-5 | names no server of 7.0
        data:/  a:/    type: string/    keys: 1/    value: 1/server:/  churn: wild | is none of deletes, mixed, steady
        data:/  a:/    type: string/    keys: 1/    keys: 2 | data.yaml:5
        data: 3                                          | data.yaml:1: data is a map
        """)
    void refusesWhatItDoesNotKnowAndNamesTheLine(String yaml, String complaint) {
        assertThatThrownBy(() ->
                        SizeFile.read(yaml.replace('/', '\n'), "data.yaml").task())
                .isInstanceOf(OpsException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void anEmptyFileIsSaidToBeOne() {
        assertThatThrownBy(() -> SizeFile.read("", "data.yaml")).hasMessageContaining("data.yaml is empty");
    }
}
