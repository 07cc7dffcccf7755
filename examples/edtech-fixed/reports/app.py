"""The principal's weekly report: who was absent, who owes fees."""

import os
from datetime import date, timedelta

import pandas as pd
import requests
import streamlit as st

API = os.environ.get("API_URL", "http://api:8000")
SECTIONS = range(1, 13)


@st.cache_data(ttl=600)
def week(section: int) -> pd.DataFrame:
    days = [date.today() - timedelta(days=back) for back in range(7)]
    rows = [
        requests.get(f"{API}/sections/{section}/attendance", params={"day": str(day)}, timeout=5).json() | {"day": day}
        for day in days
    ]
    return pd.DataFrame(rows).set_index("day")


st.title("Attendance of the week")
st.bar_chart(week(st.selectbox("Section", SECTIONS)))
