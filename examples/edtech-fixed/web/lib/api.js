const base = process.env.API_URL ?? "http://localhost:8000";

export async function student(rollNumber) {
  const answer = await fetch(`${base}/students/${encodeURIComponent(rollNumber)}`, {
    next: { revalidate: Number(process.env.REVALIDATE_SECONDS ?? 60) },
  });
  if (!answer.ok) throw new Error(`The API answered ${answer.status}`);
  return answer.json();
}
