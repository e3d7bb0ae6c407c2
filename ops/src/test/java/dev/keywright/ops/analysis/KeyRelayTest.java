package dev.keywright.ops.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRelayTest {

    @Test
    void everyKeyArrivesInOrderBeforeClosingEnds() {
        List<Key> arrived = new ArrayList<>();
        List<Key> told = new ArrayList<>();
        try (KeyRelay relay = new KeyRelay(arrived::add)) {
            for (int i = 0; i < 10_001; i++) {
                Key key = key("key:" + i + "x".repeat(i % 1_000 == 0 ? 100_000 : 1));
                told.add(key);
                relay.key(key);
            }
        }
        assertThat(arrived).isEqualTo(told);
    }

    @Test
    void withoutKeysItEnds() {
        List<Key> arrived = new ArrayList<>();
        new KeyRelay(arrived::add).close();
        assertThat(arrived).isEmpty();
    }

    @Test
    void whatTheSinkThrowsComesOutAtTheEndAndNobodyWaitsForIt() {
        KeyRelay relay = new KeyRelay(key -> {
            throw new IllegalStateException("no more");
        });
        for (int i = 0; i < 10_000; i++) {
            relay.key(key("key:" + i));
        }
        assertThatThrownBy(relay::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no more");
    }

    private static Key key(String name) {
        return new Key(
                0,
                ByteString.of(name),
                KeyType.STRING,
                Encoding.EMBSTR,
                64,
                1,
                Key.NEVER,
                Key.UNKNOWN,
                Key.UNKNOWN,
                null);
    }
}
