package dev.keywright.script;

import java.util.Arrays;

/** A version of a library: whole numbers with dots, such as {@code 3} or {@code 1.12}, compared number by number. */
record LibraryVersion(String text) implements Comparable<LibraryVersion> {

    static boolean isOne(String text) {
        return text.matches("\\d{1,9}(\\.\\d{1,9}){0,4}");
    }

    @Override
    public int compareTo(LibraryVersion other) {
        return Arrays.compare(numbers(), other.numbers());
    }

    private int[] numbers() {
        int[] numbers =
                Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).toArray();
        int length = numbers.length;
        while (length > 1 && numbers[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(numbers, length);
    }

    @Override
    public String toString() {
        return text;
    }
}
