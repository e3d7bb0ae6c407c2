package dev.keywright.expert.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.expert.design.Design;
import dev.keywright.expert.evidence.Fill.Turn;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationTest {

    private static final Design DESIGN =
            Designs.of("rate-limit-sliding-counter", Map.of("limit", 5.0, "window_seconds", 2.0, "value_bytes", 7.0));
    private static final Fill FILL = Fill.of(DESIGN, DESIGN.needs().get(0), 1_000);

    @Test
    void findsTheKeysOfEveryForm() {
        assertThat(keys("MSET a:{i} 1 b:{i} 2")).containsExactly("a:{i}", "b:{i}");
        assertThat(keys("SINTERCARD 2 x:{i} y LIMIT 3")).containsExactly("x:{i}", "y");
        assertThat(keys("XREADGROUP GROUP g c COUNT 1 STREAMS s t > >")).containsExactly("s", "t");
        assertThat(keys("BITOP AND to from:{N} with")).containsExactly("to", "from:{N}", "with");
        assertThat(keys("LMOVE from to RIGHT LEFT")).containsExactly("from", "to");
        assertThat(keys("EVAL some.lua k1 k2 | {limit} 1")).containsExactly("k1", "k2");
        assertThat(keys("INCR a:{i} ; EXPIRE a:{i} 5 NX")).containsExactly("a:{i}", "a:{i}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FLUSHALL",
                "CONFIG SET maxmemory 0",
                "KEYS *",
                "BLPOP q:{bench} 0",
                "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
                "SINTERCARD 5 a b",
                "EVAL some.lua k 1",
                "SUBSCRIBE c",
                "SET k:{id} 1",
                "GET k:{nobody_said}"
            })
    void sendsNothingElse(String line) {
        assertThatThrownBy(() -> Operation.parse(line, FILL)).isInstanceOf(CandidateFailure.class);
    }

    @Test
    void fillsPlaceholdersTheSameWayEachTime() {
        Turn turn = new Turn(123, 456);
        assertThat(text("{bench}/{i}/{N}", turn)).isEqualTo("bench/123/23");
        assertThat(text("{limit} {window_seconds} {window_ms} {window_us}", turn))
                .isEqualTo("5 2 2000 2000000");
        assertThat(text("{now}", turn)).isEqualTo("1456");
        assertThat(text("{value}", turn)).hasSize(7).isEqualTo(text("{value}", new Turn(123, 457)));
        assertThat(text("{id}", turn)).matches("[0-9a-f]{16}").isNotEqualTo(text("{id}", new Turn(123, 457)));
        assertThat(text("{score}", turn)).matches("\\d{1,6}").isEqualTo(text("{score}", turn));
    }

    @Test
    void knowsEveryKeyItCanHaveWrittenOnce() {
        Footprint footprint = new Footprint(
                "p:", List.of(Operation.parse("MSET a:{i} 1 b:{N} 2 c 3", FILL), Operation.parse("GET a:{i}", FILL)));
        List<String> keys = new java.util.ArrayList<>();
        footprint.forEach(250, keys::addAll);
        assertThat(keys).hasSize(250 + 100 + 1).doesNotHaveDuplicates().contains("p:a:249", "p:b:99", "p:c");
        assertThat(footprint.some(footprint.texts().get(0), 250, 5))
                .containsExactly("p:a:0", "p:a:50", "p:a:100", "p:a:150", "p:a:200");
    }

    private static List<String> keys(String line) {
        return Operation.parse(line, FILL).keys().stream().map(Text::written).toList();
    }

    private static String text(String written, Turn turn) {
        return Text.parse(written, FILL).render(turn);
    }
}
