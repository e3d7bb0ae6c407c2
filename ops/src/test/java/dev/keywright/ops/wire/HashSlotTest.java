package dev.keywright.ops.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Cluster;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashSlotTest {

    private static final String SIGNS = "{}:ab0\u00e9";

    @Test
    void isTheOneOfTheSpecification() {
        assertThat(HashSlot.of("123456789".getBytes(UTF_8))).isEqualTo(0x31c3);
        assertThat(HashSlot.of("{user1000}.following".getBytes(UTF_8)))
                .isEqualTo(HashSlot.of("user1000".getBytes(UTF_8)));
    }

    @Test
    void isTheSameForKeysOfAnyLengthWithAndWithoutTags() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder key = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                key.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
            }
            byte[] bytes = key.toString().getBytes(UTF_8);
            assertThat(HashSlot.of(bytes)).as(key.toString()).isEqualTo(Cluster.slotOf(key.toString()));
        }
    }

    @Test
    void onlyATagWithSomethingInItIsOne() {
        assertThat(HashSlot.isTagged("a{b}c".getBytes(UTF_8))).isTrue();
        assertThat(HashSlot.isTagged("a{}{b}c".getBytes(UTF_8))).isFalse();
        assertThat(HashSlot.isTagged("a{bc".getBytes(UTF_8))).isFalse();
        assertThat(HashSlot.isTagged("abc}".getBytes(UTF_8))).isFalse();
        assertThat(HashSlot.isTagged(new byte[0])).isFalse();
    }
}
