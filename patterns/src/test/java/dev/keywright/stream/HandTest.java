package dev.keywright.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How much is in hand. */
class HandTest {

    private static Taken<String> taken(int number) {
        Entry entry = new Entry(new EventId(1, number), List.of());
        return new Taken<>(Event.of(entry, "x", 1), Long.MAX_VALUE);
    }

    @Test
    void whatRestedAndIsGoneMakesNoRoomThatIsNotThere() throws InterruptedException {
        Hand<String> hand = new Hand<>(4, false);
        for (int i = 0; i < 10; i++) {
            Taken<String> taken = taken(i);
            assertThat(hand.add(taken)).isTrue();
            boolean unusedRest = hand.rest(taken);
            boolean unused = taken.lose();
            hand.remove(taken);
        }
        assertThat(hand.awaitRoom(0)).isEqualTo(4);
    }
}
