package io.agentfense.linux.cgroup;

import java.util.ArrayList;
import java.util.List;

/** Numbers of processors as the kernel writes them, such as {@code 0-2,5}: the list format of cpuset(7). */
final class CpuList {
    private CpuList() {}

    static List<Integer> parse(String list) {
        List<Integer> numbers = new ArrayList<>();
        for (String range : list.strip().split(",", -1)) {
            String[] ends = range.strip().split("-", -1);
            if (!ends[0].isEmpty()) {
                int last = Integer.parseInt(ends[ends.length - 1]);
                for (int number = Integer.parseInt(ends[0]); number <= last; number++) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }

    static String format(List<Integer> numbers) {
        List<String> words = new ArrayList<>();
        numbers.forEach(number -> words.add(number.toString()));
        return String.join(",", words);
    }
}
