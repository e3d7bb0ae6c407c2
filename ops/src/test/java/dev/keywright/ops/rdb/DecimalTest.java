package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DecimalTest {

    @Test
    void writesNumbersAsTheServerDoes() {
        Random random = new Random(7);
        LongStream powers = LongStream.iterate(1, power -> 10 * power)
                .limit(19)
                .flatMap(power -> LongStream.of(power - 1, power, power + 1));
        LongStream any = LongStream.range(0, 20_000).map(i -> random.nextLong() >> random.nextInt(Long.SIZE));
        LongStream.concat(LongStream.concat(powers, any), LongStream.of(Long.MAX_VALUE, Long.MIN_VALUE))
                .flatMap(number -> LongStream.of(number, -number))
                .forEach(DecimalTest::isWrittenAsTheServerDoes);
    }

    private static void isWrittenAsTheServerDoes(long number) {
        String text = Long.toString(number);
        byte[] written = new byte[Decimal.MOST_BYTES];
        assertThat(Decimal.length(number)).as(text).isEqualTo(text.length());
        assertThat(new String(written, 0, Decimal.write(number, written), US_ASCII))
                .isEqualTo(text);
        assertThat(new String(Decimal.text(number), US_ASCII)).isEqualTo(text);
        assertThat(Decimal.isInteger(written, 0, text.length())).isTrue();
        assertThat(Decimal.value(written, 0, text.length())).isEqualTo(number);
    }
}
